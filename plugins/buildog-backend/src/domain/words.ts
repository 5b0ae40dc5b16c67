const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `2 GiB`, `1.5 GiB`, `512 MiB`. Pure. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${UNITS[unit]}`;
}

/** `30 min`, `2 h`, `90 s`. Pure. */
export function formatSeconds(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds >= 120 && seconds % 60 === 0) return `${seconds / 60} min`;
  return `${seconds} s`;
}

/** Host of a clone URL, without user or password. Pure. */
export function hostOf(url: string): string {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/)/.exec(url);
  if (scp) return scp[1];
  try {
    return new URL(url).host;
  } catch {
    return 'the git server';
  }
}
