import type { MovedTag, Platform } from '@buildog/plugin-buildog-common';

/**
 * What a build pod claims to have pushed.
 */
export interface ClaimedImage {
  platform: Platform;
  /** `host/repository` */
  repository: string;
  digest: string;
}

/**
 * An image as the registry confirmed it.
 */
export interface VerifiedImage extends ClaimedImage {
  mediaType: string;
  /** Compressed size of manifest, config and layers in bytes. */
  size: number;
}

/** A tag to move, in the order of admission. */
export interface TagRequest {
  /** `host/repository` */
  repository: string;
  tag: string;
  digest: string;
}

/**
 * Verifies digests in the registry, signs, and only then moves the tags.
 * Holds the keys and the release credentials. Called by the controller, one
 * step per build at a time, and again after a crash: every step is
 * idempotent. Steps of one build are never called out of order.
 *
 * Errors are `ReleaseError` with a Reason; `retryable` ones are tried again
 * with back-off until the build's deadline.
 */
export interface Releaser {
  /**
   * Asks the registry for every claimed digest and checks manifest, config
   * and platform against the claim.
   */
  verify(
    images: ClaimedImage[],
    options: { expectedLabels: Record<string, string>; signal: AbortSignal },
  ): Promise<VerifiedImage[]>;
  /**
   * Signs each image, and verifies each signature with the public key before
   * it resolves. Resolves to `Unsigned` when no signer is configured for the
   * repository.
   */
  sign(
    images: VerifiedImage[],
    options: { annotations: Record<string, string>; signal: AbortSignal },
  ): Promise<'Signed' | 'Unsigned'>;
  /** What a tag points to now; `undefined` when it does not exist. */
  resolveTag(
    repository: string,
    tag: string,
    options: { signal: AbortSignal },
  ): Promise<string | undefined>;
  /**
   * Moves one tag and reads it back.
   * @returns the tag with the digest it had before.
   */
  moveTag(
    request: TagRequest,
    options: { signal: AbortSignal },
  ): Promise<MovedTag>;
}
