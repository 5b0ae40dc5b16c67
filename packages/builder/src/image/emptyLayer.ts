import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { mediaTypes, sha256 } from '@buildog/oci';
import type { Layer } from '../layers/Layer';
import type { LayerBytes } from '../output/LayerBytes';

const archive = Buffer.alloc(1024);
// The same on every machine: gzip's header says nothing of time and system.
const bytes = gzipSync(archive, { level: 6 }).fill(255, 9, 10);

/** A layer without anything in it: the specification wants at least one in an image. */
export const emptyLayer: Layer = {
  diffId: sha256(archive),
  blob: {
    mediaType: mediaTypes.ociLayerGzip,
    digest: sha256(bytes),
    size: bytes.length,
  },
};

/** Opens a layer of an image, which may be {@link emptyLayer}. */
export async function openImageLayer(
  layers: LayerBytes,
  layer: Layer,
): Promise<Readable> {
  return layer.blob.digest === emptyLayer.blob.digest
    ? Readable.from([bytes], { objectMode: false })
    : layers.openLayer(layer);
}
