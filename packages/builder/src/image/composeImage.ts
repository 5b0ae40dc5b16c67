import {
  formatPlatform,
  mediaTypes,
  sha256,
  type Platform,
} from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import type { LayerChain } from '../layers/Layer';
import type { HistoryEntry, ImageConfig } from '../model/ImageConfig';
import { alignHistory } from './alignHistory';
import type { ComposedImage, ImageDocument } from './ComposedImage';
import { emptyLayer } from './emptyLayer';
import { formatConfig } from './formatConfig';
import { ImageFormat, layerIn, mediaTypeIn } from './imageMediaTypes';
import { imageConfigSchema } from './imageSchemas';

/** What {@link composeImage} makes an image of. @public */
export interface ImageParts {
  readonly platform: Platform;
  /** Without what the other parts say. */
  readonly config: Omit<ImageConfig, 'rootfs' | 'history' | 'created'>;
  /** Lowest first. An image without any gets an empty one: the specification wants it. */
  readonly layers: LayerChain;
  /** Oldest first; lines without `empty_layer` belong to the layers, in order. */
  readonly history: readonly HistoryEntry[];
  /** RFC 3339. Absent: the image does not say when it was made. */
  readonly created?: string;
  /** Default: `oci`. */
  readonly format?: ImageFormat;
  /** Of the manifest. Docker's format has none. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Writes an image's configuration and manifest (OCI image specification 1.1).
 * Pure: the same parts give the same digests.
 *
 * @throws {@link BuilderError} `manifest` when they would break the specification
 * @public
 */
export function composeImage(parts: ImageParts): ComposedImage {
  const { platform, format = 'oci', created, annotations } = parts;
  const layers = parts.layers.length > 0 ? parts.layers : [emptyLayer];
  const { os, architecture, variant } = platform;
  const full: ImageConfig = {
    ...parts.config,
    os,
    architecture,
    variant,
    'os.version': platform['os.version'] ?? parts.config['os.version'],
    created,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: alignHistory(parts.history, layers.length),
  };
  const bytes = formatConfig(full);
  check(bytes, platform);
  const config = document(mediaTypeIn(format, mediaTypes.ociConfig), bytes);
  const mediaType = mediaTypeIn(format, mediaTypes.ociManifest);
  const manifest = document(
    mediaType,
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType,
        config: config.descriptor,
        layers: layers.map(({ blob }) => layerIn(format, blob)),
        ...(annotations && format === 'oci' && { annotations }),
      }),
    ),
  );
  return { platform, manifest, config, layers };
}

function document(mediaType: string, bytes: Buffer): ImageDocument {
  const descriptor = { mediaType, digest: sha256(bytes), size: bytes.length };
  return { descriptor, bytes };
}

function check(bytes: Buffer, platform: Platform): void {
  const result = imageConfigSchema.safeParse(JSON.parse(bytes.toString()));
  if (result.success) return;
  const [{ path, message }] = result.error.issues;
  throw new BuilderError(
    'manifest',
    `the image's configuration would not be valid: ${path.join(
      '.',
    )} ${message}`,
    { platform: formatPlatform(platform), operation: 'manifest' },
  );
}
