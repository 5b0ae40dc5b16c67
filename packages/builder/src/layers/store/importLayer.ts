import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { BuilderError } from '../../errors/BuilderError';
import { decompress } from '../compress/decompress';
import type { LayerLimits } from '../index/IndexBuilder';
import type { LayerIndex } from '../index/LayerIndex';
import { readArchiveIndex } from '../index/readArchiveIndex';
import type { Layer } from '../Layer';

/**
 * Writes a layer's bytes to a file that is not there yet, checks size, digest
 * and diffId and makes the index, all in one pass. Nothing of the file may be
 * trusted before the end.
 *
 * @throws {@link BuilderError} `manifest` when the bytes are not those of the
 * layer, `resource` above a limit; whatever the stream fails with
 */
export async function importLayer(
  layer: Layer,
  source: Readable,
  file: string,
  limits: LayerLimits,
): Promise<LayerIndex> {
  const { digest, size } = layer.blob;
  const [algorithm, hex] = digest.split(':');
  const hash = createHash(algorithm);
  const output = openSync(file, 'wx', 0o600);
  let received = 0;
  const bytes = (async function* copied() {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > size)
        throw wrong(layer, `more than the ${size} bytes that it should have`);
      hash.update(chunk);
      for (let at = 0; at < chunk.length; ) at += writeSync(output, chunk, at);
      yield chunk;
    }
  })();
  try {
    // Who decompresses may stop before the end: what follows is part of the blob as well.
    const shared = {
      [Symbol.asyncIterator]: () => ({ next: () => bytes.next() }),
    };
    const index = await readArchiveIndex(
      decompress(shared),
      layer.diffId,
      limits,
    );
    for await (const rest of bytes) void rest;
    if (received !== size)
      throw wrong(layer, `${received} bytes instead of ${size}`);
    if (hash.digest('hex') !== hex)
      throw wrong(layer, 'bytes with another digest');
    return index;
  } catch (error) {
    throw isDecompression(error)
      ? wrong(layer, 'bytes that cannot be decompressed', error)
      : error;
  } finally {
    source.destroy();
    closeSync(output);
  }
}

function isDecompression(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException)?.code ?? '';
  return code.startsWith('Z_') || code.startsWith('ZSTD_');
}

function wrong(layer: Layer, what: string, cause?: unknown): BuilderError {
  return new BuilderError(
    'manifest',
    `layer ${layer.blob.digest}: got ${what}`,
    {
      operation: 'pull',
      cause,
    },
  );
}
