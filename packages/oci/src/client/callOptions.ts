import { Readable } from 'node:stream';
import { Digest } from '../digest/Digest';
import { Descriptor } from '../model/Descriptor';
import { Repository } from '../reference/Reference';

/**
 * Can be given to every call.
 *
 * @public
 */
export interface CallOptions {
  /** Ends the call, its retries and its waiting with an `aborted` error. */
  readonly signal?: AbortSignal;
}

/**
 * For calls that a mirror may answer.
 *
 * @public
 */
export interface PullOptions extends CallOptions {
  /** `origin` asks the named registry only. Default: `mirrors` first. */
  readonly from?: 'mirrors' | 'origin';
}

/**
 * A manifest or index with the bytes its digest was computed from.
 *
 * @public
 */
export interface FetchedManifest {
  /** Media type, digest and size of `bytes`. */
  readonly descriptor: Descriptor;
  /** As the registry sent them. */
  readonly bytes: Buffer;
}

/**
 * What is to be put under a digest or tag.
 *
 * @public
 */
export interface ManifestToPut {
  /** Sent as `Content-Type`. */
  readonly mediaType: string;
  /** Sent as they are; at most 4 MiB. */
  readonly bytes: Uint8Array;
}

/**
 * Content that can be read more than once.
 *
 * @public
 */
export interface BlobSource {
  /** Of the whole content. */
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /**
   * Opens the content at its first byte. Called once per attempt, one at a
   * time, and must give the same bytes each time; size and digest are checked
   * while they are sent. The stream is destroyed when the attempt ends.
   */
  open(): Readable | Promise<Readable>;
}

/**
 * Options of {@link RegistryClient.putBlob}.
 *
 * @public
 */
export interface PutBlobOptions extends CallOptions {
  /**
   * Repositories that may have the blob already, tried in order. Those of
   * another registry are passed over. Mounting needs permission to pull from
   * them; without it the blob is uploaded.
   */
  readonly mountFrom?: readonly Repository[];
  /** Bytes handed to the connection so far. Falls back when an attempt is repeated. */
  readonly onProgress?: (sentBytes: number) => void;
}

/**
 * How a blob came to be in the repository.
 *
 * @public
 */
export type PutBlobOutcome = 'existed' | 'mounted' | 'uploaded';

/**
 * What `/v2/` of a registry said.
 *
 * @public
 */
export interface PingResult {
  /** Authentication the registry asks for; `none` when it wants none. */
  readonly auth: 'none' | 'basic' | 'bearer';
}
