import type { Knex } from 'knex';
import { isPostgres } from '../DatabaseTime';
import type { Replica } from '../ControllerStore';
import type { StoreContext } from '../StoreContext';
import { StoreError } from '../StoreError';
import { toDate } from '../records/values';

/** A replica that says nothing for so long is gone. */
const SILENCE_MS = 30_000;

/**
 * Enters the replica. On SQLite a second living one is refused: one whose
 * process on this host is gone has crashed, and its leases end now.
 *
 * @param isAlive - whether a process of this host lives.
 */
export async function registerReplica(
  context: StoreContext,
  replica: Replica,
  isAlive: (pid: number) => boolean,
): Promise<void> {
  const { knex, time } = context;
  await knex.transaction(async trx => {
    if (!isPostgres(knex)) {
      await refuseSecond(context, trx, replica, isAlive);
      await trx('replicas').delete();
      await trx('builds').update({ lease_token: null, lease_until: null });
    }
    await trx('replicas').insert({ ...replica, seen_at: time.now() });
  });
  context.born.replicaId = replica.id;
}

/** Says that the replica lives, and forgets those long silent. */
export async function heartbeat(
  { knex, time }: StoreContext,
  replica: Replica,
): Promise<void> {
  await knex('replicas')
    .insert({ ...replica, seen_at: time.now() })
    .onConflict('id')
    .merge();
  await knex('replicas')
    .where('seen_at', '<', time.in(-10 * SILENCE_MS))
    .delete();
}

/** Gives up the replica's leases and its entry. */
export async function unregisterReplica(
  { knex, born }: StoreContext,
  replicaId: string,
): Promise<void> {
  if (born.replicaId === replicaId) born.clear();
  await knex('builds')
    .where('lease_token', 'like', `${replicaId}/%`)
    .update({ lease_token: null, lease_until: null });
  await knex('replicas').where({ id: replicaId }).delete();
}

async function refuseSecond(
  { clock }: StoreContext,
  trx: Knex.Transaction,
  replica: Replica,
  isAlive: (pid: number) => boolean,
): Promise<void> {
  const others = await trx('replicas').whereNot({ id: replica.id });
  const living = others.find(other => {
    const silentMs = clock().getTime() - toDate(other.seen_at).getTime();
    if (silentMs > SILENCE_MS) return false;
    if (other.host !== replica.host) return true;
    return other.pid !== replica.pid && isAlive(other.pid);
  });
  if (living) {
    throw new StoreError(
      'SecondReplica',
      `Another backend (process ${living.pid} on ${living.host}) works on this SQLite database. Use PostgreSQL for more than one replica.`,
    );
  }
}
