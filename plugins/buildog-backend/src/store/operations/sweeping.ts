import type { Knex } from 'knex';
import type { FinishedRecord } from '../../domain/retention';
import { toDate, toOptionalDate } from '../records/values';
import type { StoreContext } from '../StoreContext';

/** Which attempts are known, and whether their workload may still be there. */
export async function findAttempts(
  knex: Knex,
  ids: string[],
): Promise<Map<string, { buildId: string; live: boolean }>> {
  const rows = await knex('attempts')
    .whereIn('id', ids)
    .select('id', 'build_id', 'removed_at');
  return new Map(
    rows.map(row => [
      row.id,
      { buildId: row.build_id, live: row.removed_at === null },
    ]),
  );
}

/** Which of the builds exist. */
export async function findBuilds(
  knex: Knex,
  ids: string[],
): Promise<Set<string>> {
  const rows = await knex('builds').whereIn('id', ids).select('id');
  return new Set(rows.map(row => row.id));
}

/** Configurations one question about finished builds looks at. */
const CONFIGS_AT_ONCE = 50;

/**
 * Finished builds that the controller needs no more, newest first within each
 * configuration, some configurations at a time.
 * @returns `next`: where to go on; absent after the last configuration.
 */
export async function listFinished(
  knex: Knex,
  after: string | undefined,
): Promise<{ builds: FinishedRecord[]; next?: string }> {
  const query = knex('build_configs').orderBy('id').limit(CONFIGS_AT_ONCE);
  if (after !== undefined) query.where('id', '>', after);
  const configs = await query.select('id', 'orphaned_at');
  const orphaned = new Map(
    configs.map(row => [row.id, toOptionalDate(row.orphaned_at)]),
  );
  const rows = await knex('builds')
    .whereIn('config_id', [...orphaned.keys()])
    .whereNotNull('finished_at')
    .whereNull('next_wake_at')
    .orderBy([
      'config_id',
      { column: 'finished_at', order: 'desc' },
      { column: 'number', order: 'desc' },
    ])
    .select('id', 'config_id', 'finished_at', 'phase', 'logs_purged_at');
  return {
    builds: rows.map(row => ({
      id: row.id,
      configId: row.config_id,
      finishedAt: toDate(row.finished_at),
      succeeded: row.phase === 'Succeeded',
      logsPurged: row.logs_purged_at !== null,
      orphanedAt: orphaned.get(row.config_id),
    })),
    next:
      configs.length === CONFIGS_AT_ONCE
        ? configs[configs.length - 1].id
        : undefined,
  };
}

/** Remembers that the logs are gone. */
export async function markLogsPurged(
  { knex, clock }: StoreContext,
  buildIds: string[],
): Promise<void> {
  await knex('builds')
    .whereIn('id', buildIds)
    .update({ logs_purged_at: clock() });
}

/** Deletes finished builds for good; a build that runs is never touched. */
export async function deleteBuilds(
  { knex }: StoreContext,
  buildIds: string[],
): Promise<void> {
  await knex.transaction(async trx => {
    const finished = await trx('builds')
      .whereIn('id', buildIds)
      .whereNotNull('finished_at')
      .select('id');
    const ids = finished.map(row => row.id);
    for (const table of ['outbox', 'journal', 'attempts', 'tasks']) {
      await trx(table).whereIn('build_id', ids).delete();
    }
    await trx('idempotency_keys').whereIn('build_id', ids).delete();
    await trx('builds').whereIn('id', ids).delete();
  });
}

/** Forgets keys, tokens and orphaned configurations that are past their time. */
export async function deleteExpired(
  { knex, clock }: StoreContext,
  options: { idempotencySeconds: number; orphanSeconds: number },
): Promise<void> {
  const ago = (seconds: number) => new Date(clock().getTime() - seconds * 1000);
  await knex('idempotency_keys')
    .where('created_at', '<', ago(options.idempotencySeconds))
    .delete();
  await knex('ingest_tokens').where('expires_at', '<', clock()).delete();
  const orphans = knex('build_configs')
    .where('orphaned_at', '<', ago(options.orphanSeconds))
    .whereNotIn('id', knex('builds').select('config_id'))
    .select('id');
  await knex('repository_claims')
    .whereIn('config_id', orphans.clone())
    .delete();
  await knex('build_configs').whereIn('id', orphans).delete();
}
