import type { OutboxMessage } from '../../domain/OutboxMessage';
import { isPostgres } from '../DatabaseTime';
import type { StoreContext } from '../StoreContext';

/** Number of the advisory lock that lets one replica claim at a time. */
const OUTBOX_LOCK = 0x6275696c;

/**
 * Leases messages in order. While a message of a build is leased, later ones
 * of that build wait, so each build is told in order whatever fails.
 */
export async function claimOutbox(
  { knex, time }: StoreContext,
  options: { limit: number; leaseMs: number },
): Promise<OutboxMessage[]> {
  return knex.transaction(async trx => {
    if (isPostgres(knex)) {
      await trx.raw('SELECT pg_advisory_xact_lock(?)', [OUTBOX_LOCK]);
    }
    const rows = await trx('outbox as o')
      .whereNotExists(
        trx('outbox as e')
          .select(trx.raw('1'))
          .whereRaw('e.build_id = o.build_id AND e.id <= o.id')
          .where('e.lease_until', '>=', time.now()),
      )
      .orderBy('o.id')
      .limit(options.limit)
      .select('o.id', 'o.payload');
    if (rows.length === 0) return [];
    await trx('outbox')
      .whereIn(
        'id',
        rows.map(row => row.id),
      )
      .update({ lease_until: time.in(options.leaseMs) });
    return rows.map(row => {
      const payload = JSON.parse(row.payload);
      return { ...payload, id: Number(row.id), at: new Date(payload.at) };
    });
  });
}

/** Forgets messages that were delivered. */
export async function acknowledgeOutbox(
  { knex }: StoreContext,
  ids: number[],
): Promise<void> {
  if (ids.length > 0) await knex('outbox').whereIn('id', ids).delete();
}
