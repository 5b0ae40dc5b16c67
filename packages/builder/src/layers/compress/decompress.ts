import { Readable, Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

const CHUNK = 256 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Zstandard's frames that hold nothing for readers: 0x184D2A50 to …5F. */
const SKIPPABLE = Buffer.from([0x2a, 0x4d, 0x18]);

/**
 * The bytes of a layer, decompressed. How they are compressed is told by their
 * first bytes: media types in the wild are not always right, and the digests
 * decide anyway. Destroying the result ends `source`.
 */
export async function* decompress(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let first = Buffer.alloc(0);
    while (first.length < 4) {
      const next = await iterator.next();
      if (next.done) break;
      first =
        first.length === 0 ? next.value : Buffer.concat([first, next.value]);
    }
    const unpack = unpackerFor(first);
    const rest = withFirst(first, iterator);
    if (!unpack) {
      yield* rest;
      return;
    }
    const input = Readable.from(rest, { objectMode: false });
    // `pipeline` would need somebody to hear its error: here the reader does.
    input.once('error', error => unpack.destroy(error));
    input.pipe(unpack);
    try {
      yield* unpack as AsyncIterable<Buffer>;
    } finally {
      input.destroy();
      unpack.destroy();
    }
  } finally {
    await iterator.return?.();
  }
}

function unpackerFor(first: Buffer): Transform | undefined {
  if (first.subarray(0, 2).equals(GZIP)) {
    return createGunzip({ chunkSize: CHUNK });
  }
  if (
    first.subarray(0, 4).equals(ZSTD) ||
    (first.subarray(1, 4).equals(SKIPPABLE) && first[0] >> 4 === 5)
  ) {
    return createZstdDecompress({ chunkSize: CHUNK });
  }
  return undefined;
}

async function* withFirst(
  first: Buffer,
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  if (first.length > 0) yield first;
  for (;;) {
    const next = await rest.next();
    if (next.done) return;
    yield next.value;
  }
}
