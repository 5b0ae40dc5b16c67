import type { SolveEvent } from '../../solve/SolveEvent';

/** Shows what happens to whoever waits for it. */
export interface Progress {
  listen(event: SolveEvent): void;
  /** The build ended; nothing comes after it. */
  end(): void;
}

/** Where a progress writes: a stream's part of it. */
export interface Screen {
  write(text: string): void;
  readonly columns?: number;
  readonly rows?: number;
}

/** `1.2 MB` of bytes. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `0.4s`, `12.3s`, `3m05s` of milliseconds. */
export function formatTime(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes}m${String(Math.floor(seconds % 60)).padStart(2, '0')}s`;
}

/** Without what would steer a terminal, but for line ends and tabs. */
export function harmless(text: string): string {
  return text
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b[@-Z\\-_]/g, '') // eslint-disable-line no-control-regex -- control characters are the point
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ''); // eslint-disable-line no-control-regex -- control characters are the point
}
