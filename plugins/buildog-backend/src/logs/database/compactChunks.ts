import type { Knex } from 'knex';
import { readChunks } from './readChunks';
import type { StreamRow } from './StreamRow';

const ROW_BYTES = 256 * 1024;

/**
 * Puts the many small rows of a live log into few large ones, once it grows
 * no more. Within the caller's transaction: readers see either.
 */
export async function compactChunks(
  tx: Knex.Transaction,
  stream: StreamRow,
): Promise<void> {
  const size = Number(stream.size);
  const [{ rows }] = await tx('log_chunks')
    .where({ stream_id: stream.id })
    .count({ rows: '*' });
  if (Number(rows) <= Math.ceil(size / ROW_BYTES)) return;
  for (let start = 0; start < size; start += ROW_BYTES) {
    const end = Math.min(size, start + ROW_BYTES);
    const bytes = await readChunks(tx, stream.id, start, end - start);
    // A row that reaches into the next piece gives its rest to that one.
    const [last]: { end_offset: number | string; bytes: Buffer }[] = await tx(
      'log_chunks',
    )
      .where({ stream_id: stream.id })
      .where('start_offset', '<', end)
      .where('end_offset', '>', end)
      .select('end_offset', 'bytes');
    await tx('log_chunks')
      .where({ stream_id: stream.id })
      .where('start_offset', '>=', start)
      .where('start_offset', '<', end)
      .delete();
    await tx('log_chunks').insert({
      stream_id: stream.id,
      start_offset: start,
      end_offset: end,
      bytes: Buffer.from(bytes),
    });
    if (last) {
      const over = Number(last.end_offset) - end;
      await tx('log_chunks').insert({
        stream_id: stream.id,
        start_offset: end,
        end_offset: Number(last.end_offset),
        bytes: last.bytes.subarray(last.bytes.length - over),
      });
    }
  }
}
