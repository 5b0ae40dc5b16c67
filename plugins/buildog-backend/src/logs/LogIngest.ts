import type { LogStore } from '@buildog/plugin-buildog-node';

/** Whose logs a token may write. */
export interface IngestGrant {
  buildId: string;
}

/** What a {@link LogIngest} needs. */
export interface LogIngestOptions {
  /** The hub's, so that live readers hear of appends. */
  store: LogStore;
  /**
   * The attempt's build when a token of that hash was minted for it and has
   * not expired; `undefined` otherwise. Asked on every request, and cached
   * for some seconds by the ingest.
   */
  authorize(
    attemptId: string,
    tokenHash: string,
  ): Promise<IngestGrant | undefined>;
  clock?: () => Date;
}

/** One chunk of a container's log, as the sidecar posts it. */
export interface IngestChunk {
  attemptId: string;
  container: string;
  /** The bearer token of the request. */
  token: string;
  /** Offset of the first byte. */
  offset: number;
  bytes: Uint8Array;
  /** Nothing comes after these bytes. */
  final: boolean;
}

/**
 * The endpoint that sidecars push logs to, without its HTTP: `http/` reads the
 * request, calls this and writes `status` and `body`.
 */
export class LogIngest {
  /** Most bytes of one chunk; larger requests get 413 before they are read. */
  static readonly chunkLimitBytes = 16 * 1024 * 1024;

  constructor(readonly options: LogIngestOptions) {}
}
