import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import type { ObjectBucket } from './ObjectBucket';
import { readPieces } from './readPieces';
import { streamKeys } from './streamKeys';
import type { StreamPiece, StreamState } from './StreamState';

const PART_BYTES = 4 * 1024 * 1024;

/**
 * Puts the many small objects of a live log into few large ones. The old ones
 * stay until the caller has written down where the new ones are.
 */
export async function mergePieces(
  bucket: ObjectBucket,
  prefix: string,
  key: LogStreamKey,
  state: StreamState,
): Promise<StreamPiece[]> {
  const parts = Math.ceil(state.size / PART_BYTES);
  if (state.pieces.length <= parts) return state.pieces;
  const merged: StreamPiece[] = [];
  for (let offset = 0; offset < state.size; offset += PART_BYTES) {
    const size = Math.min(PART_BYTES, state.size - offset);
    const name = streamKeys(prefix, key).part(offset);
    await bucket.put(
      name,
      await readPieces(bucket, state.pieces, offset, size),
    );
    merged.push({ key: name, offset, size });
  }
  return merged;
}
