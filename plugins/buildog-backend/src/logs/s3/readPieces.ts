import type { ObjectBucket } from './ObjectBucket';
import type { StreamPiece } from './StreamState';

const AT_ONCE = 8;

/** Bytes from `offset`, at most `limit`, gathered from several objects. */
export async function readPieces(
  bucket: ObjectBucket,
  pieces: StreamPiece[],
  offset: number,
  limit: number,
): Promise<Uint8Array> {
  const end = offset + limit;
  const wanted = pieces.filter(
    piece => piece.offset < end && piece.offset + piece.size > offset,
  );
  const found: Uint8Array[] = [];
  for (let start = 0; start < wanted.length; start += AT_ONCE) {
    const group = await Promise.all(
      wanted.slice(start, start + AT_ONCE).map(async piece => {
        const from = Math.max(0, offset - piece.offset);
        const to = Math.min(piece.size, end - piece.offset);
        const bytes = await bucket.get(piece.key, {
          start: from,
          length: to - from,
        });
        if (!bytes) throw new Error(`a piece of the log is gone: ${piece.key}`);
        return bytes;
      }),
    );
    found.push(...group);
  }
  return Buffer.concat(found);
}
