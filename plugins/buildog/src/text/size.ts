/** Compressed sizes, decimal: `84.2 MB`, `0.4 kB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1e6) {
    return `${(bytes / 1e3).toFixed(1)} kB`;
  }
  return bytes < 1e9
    ? `${(bytes / 1e6).toFixed(1)} MB`
    : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** Limits, binary as Kubernetes writes them: `2 GiB`, `512 MiB`. */
export function formatLimit(bytes: number): string {
  const [value, unit] =
    bytes >= 1024 ** 3
      ? [bytes / 1024 ** 3, 'GiB']
      : [bytes / 1024 ** 2, 'MiB'];
  return `${Number(value.toFixed(1))} ${unit}`;
}
