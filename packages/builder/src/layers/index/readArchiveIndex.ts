import { createHash } from 'node:crypto';
import type { Digest } from '@buildog/oci';
import { TarReader } from '../tar/TarReader';
import { brokenArchive } from '../tar/brokenArchive';
import { IndexBuilder, LayerLimits } from './IndexBuilder';
import type { LayerIndex } from './LayerIndex';

/** Room for headers and padding beside the content of files. */
const OVERHEAD = 1024 ** 3;

/**
 * Reads an uncompressed archive to its end, makes its index and computes its
 * digest. Memory depends on the number of entries only.
 *
 * @throws {@link BuilderError} `manifest` for what is no proper layer or has
 * another digest than `expected`, `resource` above a limit
 */
export async function readArchiveIndex(
  archive: AsyncIterable<Buffer>,
  expected: Digest | undefined,
  limits: LayerLimits,
): Promise<LayerIndex> {
  const hash = createHash('sha256');
  const builder = new IndexBuilder(limits);
  const reader = new TarReader({
    entry: (header, offset) => builder.add(header, offset),
    data: () => undefined,
  });
  let bytes = 0;
  for await (const chunk of archive) {
    bytes += chunk.length;
    if (bytes > limits.maxUnpackedBytes + OVERHEAD) {
      throw brokenArchive('it unpacks to more bytes than are allowed');
    }
    hash.update(chunk);
    reader.push(chunk);
  }
  reader.finish();
  const diffId: Digest = `sha256:${hash.digest('hex')}`;
  if (expected !== undefined && diffId !== expected) {
    throw brokenArchive(
      `its uncompressed bytes have the digest ${diffId} where the image says ${expected}`,
    );
  }
  return builder.finish(diffId);
}
