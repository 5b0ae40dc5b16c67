import { RegistryClient } from '../client/RegistryClient';
import { Digest } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { Layout } from '../layout/Layout';
import { PushResult } from '../model/ImageSummary';
import { Repository } from '../reference/Reference';

/**
 * One thing that happened during a push or copy. Events of different blobs
 * interleave; `sentBytes` of one blob may fall back when its upload is repeated.
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

/** @public */
export interface PushOptions {
  /** Blobs under way at once. Default: 4. */
  readonly concurrency?: number;
  /** Repositories of the same registry that may hold the blobs already. */
  readonly mountFrom?: readonly Repository[];
  /** Called synchronously; an error it throws fails the push. */
  readonly onProgress?: (event: PushProgress) => void;
  readonly signal?: AbortSignal;
}

/** @public */
export interface PushLayoutOptions extends PushOptions {
  /** Which root to push when `index.json` lists several different ones. */
  readonly root?: Digest;
}

/**
 * Pushes a layout by digest; no tag is touched.
 *
 * @public
 */
export async function pushLayout(
  _client: RegistryClient,
  _layout: Layout,
  _repository: Repository,
  _options: PushLayoutOptions = {},
): Promise<PushResult> {
  throw new OciError('unsupported', 'being written');
}
