import { Digest } from '../digest/Digest';
import { Repository } from '../reference/Reference';

/**
 * One thing that happened during a push or copy. Events of different blobs
 * interleave; `sentBytes` of one blob falls back when its upload is repeated.
 *
 * @public
 */
export type PushProgress =
  | {
      readonly type: 'blob';
      readonly digest: Digest;
      readonly size: number;
      readonly state: 'existed' | 'mounted' | 'uploaded';
    }
  | {
      readonly type: 'sending';
      readonly digest: Digest;
      readonly size: number;
      readonly sentBytes: number;
    }
  | { readonly type: 'manifest'; readonly digest: Digest };

/**
 * Options of {@link pushLayout} and {@link copyImage}.
 *
 * @public
 */
export interface PushOptions {
  /** Blobs under way at once. Default: 4. */
  readonly concurrency?: number;
  /** Repositories that may hold the blobs already; other registries' are ignored. */
  readonly mountFrom?: readonly Repository[];
  /** Called synchronously; an error it throws fails the push. */
  readonly onProgress?: (event: PushProgress) => void;
  /** Ends all uploads with an `aborted` error. */
  readonly signal?: AbortSignal;
}
