import type { VerifiedImage } from './Releaser';

/**
 * Signs images in their registry. Called by the releaser for one image at a
 * time, after the registry confirmed it and before any tag moves; again after
 * a crash, so an existing valid signature is kept and no second one made.
 */
export interface ImageSigner {
  /** What people see of the key, for example its file's name. Never a secret. */
  readonly name: string;
  /** PEM of the public key that verifies the signatures. */
  readonly publicKey: string;
  /**
   * Resolves once a signature of this key is in the registry and was verified
   * with the public key after reading it back.
   *
   * @param annotations - signed claims besides the digest, for example the
   * commit. Never a secret.
   * @throws OciError of the registry, or ReleaseError `SigningFailed`.
   */
  sign(
    image: VerifiedImage,
    options: { annotations: Record<string, string>; signal: AbortSignal },
  ): Promise<void>;
}
