import type { LogStreamInfo } from '@buildog/plugin-buildog-common';

/**
 * A row of `log_streams`. PostgreSQL gives 64-bit integers as text, SQLite
 * booleans as 0 and 1.
 */
export interface StreamRow {
  id: number | string;
  build_id: string;
  attempt_id: string;
  container: string;
  size: number | string;
  complete: boolean | number;
  truncated: boolean | number;
  purged: boolean | number;
}

/** What the row says. */
export function toStreamInfo(row: StreamRow): LogStreamInfo {
  return {
    container: row.container,
    size: Number(row.size),
    complete: Boolean(row.complete),
    truncated: Boolean(row.truncated),
    purged: Boolean(row.purged),
  };
}
