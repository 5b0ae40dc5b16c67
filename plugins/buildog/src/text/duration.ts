const pad = (n: number) => String(n).padStart(2, '0');

/**
 * Seconds as people say them: `4 s`, `2 min 07 s`, `1 h 02 min`. With
 * `tenths`, times under a minute keep one decimal: `24.1 s`.
 */
export function formatSeconds(
  seconds: number,
  options?: { tenths?: boolean },
): string {
  const value = Math.max(0, seconds);
  if (value < 59.95 && options?.tenths) {
    return `${value.toFixed(1)} s`;
  }
  const whole = Math.floor(value);
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  }
  return `${Math.floor(whole / 3600)} h ${pad(
    Math.floor((whole % 3600) / 60),
  )} min`;
}

/** Seconds on a small cell: `1:58`, `1:02:03`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [
    Math.floor(whole / 3600),
    Math.floor((whole % 3600) / 60),
    whole % 60,
  ];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** Seconds between two instants; `until` defaults to `now` (milliseconds). */
export function secondsBetween(
  from: string,
  until: string | undefined,
  now: number,
): number {
  return ((until ? Date.parse(until) : now) - Date.parse(from)) / 1000;
}
