import type { Digest, Platform } from '@buildog/oci';
import type { FetchedAddress } from '../execute/Executor';

/** One image that was built. @public */
export interface BuiltImage {
  readonly platform: Platform;
  /** Of the manifest. */
  readonly digest: Digest;
  readonly mediaType: string;
  /** Of the manifest, bytes. */
  readonly size: number;
  /** The image id. */
  readonly configDigest: Digest;
  readonly layers: readonly {
    readonly digest: Digest;
    readonly size: number;
  }[];
  /** The image at the bottom, where there is one, with its digest. */
  readonly base?: { readonly name: string; readonly reference: string };
}

/** What a build came to. @public */
export interface BuildResult {
  /** Of the manifest, or of the index where there are several platforms. */
  readonly digest: Digest;
  readonly mediaType: string;
  readonly size: number;
  /** In the order of the platforms that were asked for. */
  readonly images: readonly BuiltImage[];
  /** References that were pushed. */
  readonly pushed: readonly string[];
  readonly steps: {
    readonly total: number;
    readonly cached: number;
  };
  /** What steps asked for through the proxy, those of cached steps too; each address once. */
  readonly fetched: readonly FetchedAddress[];
}
