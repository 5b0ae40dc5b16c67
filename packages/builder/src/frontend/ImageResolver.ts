import type { Platform } from '@buildog/oci';
import type { ImageConfig } from '../model/ImageConfig';

/** What an image reference points to, for one platform. @public */
export interface ResolvedImage {
  /** Pinned: `registry/repository@sha256:…` of the manifest (not of an index). */
  readonly reference: string;
  readonly config: ImageConfig;
}

/**
 * Finds images. Called by `toGraph` for images that the target needs, several
 * at a time, at most once for each pair of reference and platform.
 *
 * @public
 */
export interface ImageResolver {
  /**
   * @param reference - complete: `docker.io/library/alpine:3`, with tag or digest
   * @throws BuilderError for what is not there or can not be asked for; the
   * caller adds the place in the Dockerfile
   */
  resolveImage(
    reference: string,
    platform: Platform,
    signal?: AbortSignal,
  ): Promise<ResolvedImage>;
}
