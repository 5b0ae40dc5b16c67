import type {
  LogStreamInfo,
  LogStreamKey,
} from '@buildog/plugin-buildog-common';

/**
 * Keeps the bytes of logs: on disk, in the database, in object storage. The
 * controller appends (one writer per stream at a time, but a second one may
 * appear after a lease was lost, which is why `append` is conditional), the
 * API reads, retention deletes.
 *
 * Errors are `LogStoreError`; `OffsetConflict` carries the real size.
 * @public
 */
export interface LogStore {
  readonly contractVersion: 1;
  /**
   * Adds `bytes` at `offset`, which must equal the stream's size. Bytes are
   * readable once it resolves, and durable. A stream that does not exist
   * begins at 0. Beyond the cap the bytes are cut, a last line says so, the
   * stream is `truncated` and further appends are accepted and dropped.
   * A complete or purged stream takes no more either: what comes is dropped.
   * Lines have no cap of their own and are never changed, invalid UTF-8
   * included: decoding is the viewer's matter, and keeping secrets out of
   * them is the matter of whoever prints them.
   *
   * @returns the new size.
   */
  append(
    key: LogStreamKey,
    offset: number,
    bytes: Uint8Array,
  ): Promise<{ size: number; truncated: boolean }>;
  /** Marks the end. Idempotent. */
  complete(key: LogStreamKey): Promise<void>;
  /**
   * At most `limit` bytes from `offset`; empty at or past the end. A purged
   * or unknown stream reads as empty with its info.
   */
  read(key: LogStreamKey, offset: number, limit: number): Promise<Uint8Array>;
  /** `undefined` for a stream never written. */
  stat(key: LogStreamKey): Promise<LogStreamInfo | undefined>;
  /** Streams of an attempt, in the order they began. */
  list(attempt: {
    buildId: string;
    attemptId: string;
  }): Promise<LogStreamInfo[]>;
  /** Removes the bytes of all streams of a build, keeps their sizes as `purged`. Idempotent. */
  purge(buildId: string): Promise<void>;
  /** Build ids that have bytes, oldest first, for the sweep of orphans. */
  listBuilds(options: { limit: number; after?: string }): Promise<string[]>;
}
