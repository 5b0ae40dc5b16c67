import { composeIndex, sha256 } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import { toBuilderError } from '../errors/toBuilderError';
import type {
  ComposedImage,
  ImageBundle,
  ImageDocument,
} from './ComposedImage';
import { ImageFormat, mediaTypeIn } from './imageMediaTypes';

/** Options of {@link composeBundle}. @public */
export interface BundleOptions {
  /** Default: `oci`. */
  readonly format?: ImageFormat;
  /** Of the index. Docker's format has none. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** An index also for a single image. Default: false. */
  readonly alwaysIndex?: boolean;
}

/**
 * Brings the images of a build together: one stays as it is, several get an
 * index in their order. Pure.
 *
 * @throws {@link BuilderError} `manifest` for two images of one platform
 * @public
 */
export function composeBundle(
  images: readonly ComposedImage[],
  options: BundleOptions = {},
): ImageBundle {
  const { format = 'oci', annotations, alwaysIndex = false } = options;
  if (images.length === 0) {
    throw new BuilderError('manifest', 'a build without an image', {
      operation: 'manifest',
    });
  }
  if (images.length === 1 && !alwaysIndex) {
    return { root: images[0].manifest.descriptor, images };
  }
  const entries = images.map(({ manifest, platform }) => ({
    ...manifest.descriptor,
    platform,
  }));
  try {
    const index = composeIndex(entries, {
      annotations: format === 'oci' ? annotations : undefined,
    });
    const typed = withMediaType(index, format);
    return { root: typed.descriptor, index: typed, images };
  } catch (error) {
    throw toBuilderError(error);
  }
}

function withMediaType(
  index: ImageDocument,
  format: ImageFormat,
): ImageDocument {
  const mediaType = mediaTypeIn(format, index.descriptor.mediaType);
  if (mediaType === index.descriptor.mediaType) return index;
  const content = { ...JSON.parse(index.bytes.toString()), mediaType };
  const bytes = Buffer.from(JSON.stringify(content));
  const descriptor = { mediaType, digest: sha256(bytes), size: bytes.length };
  return { descriptor, bytes };
}
