import type { Knex } from 'knex';

interface ChunkRow {
  start_offset: number | string;
  bytes: Buffer;
}

/** Bytes of a stream from `offset`, at most `limit`, put together from rows. */
export async function readChunks(
  knex: Knex,
  streamId: number | string,
  offset: number,
  limit: number,
): Promise<Uint8Array> {
  if (limit <= 0) return new Uint8Array();
  const rows: ChunkRow[] = await knex('log_chunks')
    .where({ stream_id: streamId })
    .where('end_offset', '>', offset)
    .where('start_offset', '<', offset + limit)
    .orderBy('start_offset')
    .select('start_offset', 'bytes');
  return Buffer.concat(
    rows.map(row => {
      const start = Number(row.start_offset);
      return row.bytes.subarray(
        Math.max(0, offset - start),
        Math.max(0, offset + limit - start),
      );
    }),
  );
}
