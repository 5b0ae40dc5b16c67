import { Readable } from 'node:stream';
import { Digest } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { Descriptor } from '../model/Descriptor';
import { Reference, Repository } from '../reference/Reference';
import { RegistryClientOptions } from './RegistryClientOptions';

/** Can be given to every call. @public */
export interface CallOptions {
  /** Ends the call, its retries and its waiting with an `aborted` error. */
  readonly signal?: AbortSignal;
}

/** For calls that may be answered by a mirror. @public */
export interface PullOptions extends CallOptions {
  /** `origin` asks the named registry only. Default: `mirrors` first. */
  readonly from?: 'mirrors' | 'origin';
}

/** A manifest or index with the bytes its digest was computed from. @public */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

/** What {@link RegistryClient.putBlob} needs to know of a blob. @public */
export interface BlobSource {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /**
   * Opens the content from its first byte. Called once per attempt, so it must
   * give the same bytes each time; the stream is destroyed when an attempt ends.
   */
  open(): Readable | Promise<Readable>;
}

/** @public */
export interface PutBlobOptions extends CallOptions {
  /**
   * Repositories of the same registry to mount the blob from, tried in order
   * where they have it. Needs permission to pull from them; without it the blob
   * is uploaded.
   */
  readonly mountFrom?: readonly Repository[];
  /** Bytes acknowledged so far. May fall back when an upload starts again. */
  readonly onProgress?: (sentBytes: number) => void;
}

/** How a blob came to be in the repository. @public */
export type PutBlobOutcome = 'existed' | 'mounted' | 'uploaded';

/** @public */
export interface PingResult {
  /** Authentication the registry asks for; `none` when it answered 200. */
  readonly auth: 'none' | 'basic' | 'bearer';
}

/**
 * A client for the OCI distribution API (v1.1), for any number of registries.
 * It keeps connections, challenges and tokens; one per process and set of
 * credentials is enough. Safe to use concurrently.
 *
 * All methods throw {@link OciError} only. Everything that can be repeated
 * safely is repeated by the {@link RetryPolicy}.
 *
 * @public
 */
export class RegistryClient {
  /** Reads no file and opens no connection. */
  static create(_options: RegistryClientOptions = {}): RegistryClient {
    throw new OciError('unsupported', 'being written');
  }

  /** Asks `/v2/` whether this is a registry and how to authenticate. */
  declare ping: (
    registry: string,
    options?: CallOptions,
  ) => Promise<PingResult>;

  /** HEAD of a manifest or index: its descriptor, or `undefined` when there is none. */
  declare headManifest: (
    reference: Reference,
    options?: PullOptions,
  ) => Promise<Descriptor | undefined>;

  /** Manifest or index, at most 4 MiB, its digest verified. Default tag: `latest`. */
  declare getManifest: (
    reference: Reference,
    options?: PullOptions,
  ) => Promise<FetchedManifest>;

  /**
   * Puts a manifest or index under its digest, and under the tag when the
   * reference has one (this moves the tag). Idempotent.
   */
  declare putManifest: (
    reference: Reference,
    manifest: { mediaType: string; bytes: Uint8Array },
    options?: CallOptions,
  ) => Promise<Descriptor>;

  /** Deletes by digest, or the tag alone when the reference has only a tag. */
  declare deleteManifest: (
    reference: Reference,
    options?: CallOptions,
  ) => Promise<void>;

  /** Size of a blob in the origin, or `undefined` when it is not there. */
  declare headBlob: (
    repository: Repository,
    digest: Digest,
    options?: CallOptions,
  ) => Promise<number | undefined>;

  /**
   * Streams a blob. The stream fails with `digestMismatch` before its end when
   * the bytes are not those of the digest, so use nothing before it ended; a
   * broken connection is resumed where it broke.
   */
  declare getBlob: (
    repository: Repository,
    blob: Pick<Descriptor, 'digest' | 'size'>,
    options?: PullOptions,
  ) => Promise<Readable>;

  /** A small blob in memory, verified. `tooLarge` above `maxBytes` (default 4 MiB). */
  declare getBlobBytes: (
    repository: Repository,
    blob: Pick<Descriptor, 'digest' | 'size'>,
    options?: PullOptions & { maxBytes?: number },
  ) => Promise<Buffer>;

  /** Sends a blob unless the repository has it, by mount or by resumable upload. */
  declare putBlob: (
    repository: Repository,
    blob: BlobSource,
    options?: PutBlobOptions,
  ) => Promise<PutBlobOutcome>;

  declare deleteBlob: (
    repository: Repository,
    digest: Digest,
    options?: CallOptions,
  ) => Promise<void>;

  /** Tags in the registry's order, page by page as they are read. */
  declare listTags: (
    repository: Repository,
    options?: CallOptions & { pageSize?: number },
  ) => AsyncIterable<string>;

  /**
   * What refers to a manifest: the referrers API, or where a registry has none
   * the fallback tag (`sha256-<hex>`).
   */
  declare listReferrers: (
    repository: Repository,
    digest: Digest,
    options?: CallOptions & { artifactType?: string },
  ) => Promise<Descriptor[]>;

  /** Closes all connections. Calls under way fail with `network`. */
  declare close: () => Promise<void>;
}
