import type { Descriptor, FetchedManifest, Platform } from '@buildog/oci';
import type { LayerChain } from '../layers/Layer';

/** A document of an image with its descriptor. @public */
export type ImageDocument = FetchedManifest;

/** One image, complete: everything but the bytes of its layers. @public */
export interface ComposedImage {
  readonly platform: Platform;
  readonly manifest: ImageDocument;
  readonly config: ImageDocument;
  /** In the order of the manifest, lowest first. */
  readonly layers: LayerChain;
}

/** What an output writes: an image, or an index with one image for each platform. @public */
export interface ImageBundle {
  /** Of the index, or of the only image's manifest. */
  readonly root: Descriptor;
  /** Absent for a single image. */
  readonly index?: ImageDocument;
  readonly images: readonly ComposedImage[];
}
