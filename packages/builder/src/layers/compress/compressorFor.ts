import { mediaTypes } from '@buildog/oci';
import { BuilderError } from '../../errors/BuilderError';
import { Compression } from '../LayerStore';
import { Compressor } from './Compressor';
import { GzipCompressor } from './GzipCompressor';
import { ZstdCompressor } from './ZstdCompressor';

/**
 * What compresses as asked, and the media type of what it makes.
 *
 * @throws {@link BuilderError} `validation` for a level that there is not
 */
export function compressorFor(compression: Compression): {
  readonly compressor: Compressor;
  readonly mediaType: string;
} {
  switch (compression.algorithm) {
    case 'gzip': {
      const level = levelOf(compression, 6, 9);
      return {
        compressor: new GzipCompressor(level),
        mediaType: mediaTypes.ociLayerGzip,
      };
    }
    case 'zstd': {
      const level = levelOf(compression, 3, 22);
      return {
        compressor: new ZstdCompressor(level),
        mediaType: mediaTypes.ociLayerZstd,
      };
    }
    default:
      return {
        compressor: {
          head: Buffer.alloc(0),
          compress: chunk => Promise.resolve(chunk),
          tail: () => Buffer.alloc(0),
        },
        mediaType: mediaTypes.ociLayer,
      };
  }
}

function levelOf(
  { algorithm, level }: Compression,
  fallback: number,
  max: number,
): number {
  const chosen = level ?? fallback;
  if (!Number.isInteger(chosen) || chosen < 1 || chosen > max) {
    throw new BuilderError(
      'validation',
      `${chosen} is no compression level of ${algorithm}: choose 1 to ${max}`,
      { operation: 'layer' },
    );
  }
  return chosen;
}
