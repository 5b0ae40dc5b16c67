import type { Descriptor, Digest } from '@buildog/oci';

/**
 * One layer: a tar archive of changes, known by the digest of its uncompressed
 * bytes. Immutable.
 *
 * @public
 */
export interface Layer {
  /** sha256 of the uncompressed archive (OCI image specification, "DiffID"). */
  readonly diffId: Digest;
  /** The compressed bytes as they are pushed. */
  readonly blob: Descriptor;
  /**
   * Where a registry already has {@link Layer.blob}, for layers of a base image
   * that were not pulled: `registry/repository`.
   */
  readonly from?: string;
}

/** What a filesystem is made of, lowest layer first. Empty for `scratch`. @public */
export type LayerChain = readonly Layer[];
