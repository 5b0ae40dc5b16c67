import type { Claim, LeaseState } from '../ControllerStore';
import { isPostgres } from '../DatabaseTime';
import type { StoreContext } from '../StoreContext';

/**
 * Leases builds that are due. On PostgreSQL the rows are locked with SKIP
 * LOCKED inside one statement, so replicas never wait for each other; on
 * SQLite there is one replica, and the update is conditional.
 */
export async function claimDueBuilds(
  context: StoreContext,
  options: { replicaId: string; limit: number; leaseMs: number },
): Promise<Claim[]> {
  const { knex, time, born } = context;
  const token = newToken(context, options.replicaId);
  const due = knex('builds')
    .select('id')
    .where('next_wake_at', '<=', time.now())
    .where(free(context))
    .orderBy('next_wake_at')
    .limit(options.limit);
  const rows = await knex('builds')
    .whereIn('id', isPostgres(knex) ? due.forUpdate().skipLocked() : due)
    .update(lease(context, token, options.leaseMs))
    .returning('id');
  return [
    ...born.takeOld(options.replicaId),
    ...rows.map(row => ({ buildId: row.id, token })),
  ];
}

/** Leases one build, unless somebody else holds it. */
export async function claimBuild(
  context: StoreContext,
  buildId: string,
  options: { replicaId: string; leaseMs: number },
): Promise<Claim | undefined> {
  const born = context.born.take(buildId, options.replicaId);
  if (born) return born;
  const token = newToken(context, options.replicaId);
  const changed = await context
    .knex('builds')
    .where({ id: buildId })
    .where(free(context))
    .update(lease(context, token, options.leaseMs));
  return changed === 1 ? { buildId, token } : undefined;
}

/** Keeps a lease, and hears of a wish to cancel on the way. */
export async function renewLease(
  { knex, time }: StoreContext,
  claim: Claim,
  leaseMs: number,
): Promise<LeaseState> {
  const [row] = await knex('builds')
    .where({ id: claim.buildId, lease_token: claim.token })
    .update({ lease_until: time.in(leaseMs) })
    .returning('cancel_requested_at');
  if (!row) return 'Lost';
  return row.cancel_requested_at === null ? 'Held' : 'CancelRequested';
}

/**
 * Gives a build back. When somebody changed it since `version`, it is due at
 * once, so that no wish that arrived during the pass is slept over.
 */
export async function releaseBuild(
  { knex, time }: StoreContext,
  claim: Claim,
  options: { version?: number; wakeInMs: number | undefined },
): Promise<void> {
  const sleep =
    options.wakeInMs === undefined
      ? knex.raw('NULL')
      : knex.raw('?', [time.in(options.wakeInMs)]);
  await knex('builds')
    .where({ id: claim.buildId, lease_token: claim.token })
    .update({
      lease_token: null,
      lease_until: null,
      next_wake_at:
        options.version === undefined
          ? sleep
          : knex.raw('CASE WHEN version = ? THEN ? ELSE ? END', [
              options.version,
              sleep,
              time.now(),
            ]),
    });
}

function newToken(context: StoreContext, replicaId: string): string {
  return `${replicaId}/${context.newId()}`;
}

function free({ knex, time }: StoreContext) {
  return knex.raw('(lease_until IS NULL OR lease_until < ?)', [time.now()]);
}

/** While leased a build is due, so that a crash is repaired when the lease ends. */
function lease({ time }: StoreContext, token: string, leaseMs: number) {
  return {
    lease_token: token,
    lease_until: time.in(leaseMs),
    next_wake_at: time.now(),
  };
}
