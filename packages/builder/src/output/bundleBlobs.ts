import type { Digest } from '@buildog/oci';
import type { ImageBundle, ImageDocument } from '../image/ComposedImage';
import type { Layer } from '../layers/Layer';

/** What a bundle consists of, each thing once, in the order of the images. */
export interface BundleBlobs {
  readonly layers: readonly Layer[];
  readonly configs: readonly ImageDocument[];
  /** Images before the index that lists them. */
  readonly manifests: readonly ImageDocument[];
}

/** Finds everything that has to be written for a bundle. */
export function bundleBlobs({ images, index }: ImageBundle): BundleBlobs {
  const layers = new Map<Digest, Layer>();
  const configs = new Map<Digest, ImageDocument>();
  const manifests = new Map<Digest, ImageDocument>();
  for (const image of images) {
    for (const layer of image.layers) {
      if (!layers.has(layer.blob.digest)) layers.set(layer.blob.digest, layer);
    }
    configs.set(image.config.descriptor.digest, image.config);
    manifests.set(image.manifest.descriptor.digest, image.manifest);
  }
  if (index) manifests.set(index.descriptor.digest, index);
  return {
    layers: [...layers.values()],
    configs: [...configs.values()],
    manifests: [...manifests.values()],
  };
}
