import type { Knex } from 'knex';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import type { JournalEvent } from '../../domain/JournalEvent';
import { summarise } from '../../domain/statistics';
import type { BuildStatistics } from '../../domain/statistics';
import { toBuildRow } from '../records/buildRecord';
import { toDate } from '../records/values';
import type { StoreContext } from '../StoreContext';
import { withChildren } from './getBuild';

/** Most events of one build that are handed out. */
const EVENT_LIMIT = 1000;

/** Most finished builds that statistics look at. */
const STATISTICS_LIMIT = 5000;

/** History of a build, oldest first. */
export async function listEvents(
  knex: Knex,
  buildId: string,
  after: number,
): Promise<JournalEvent[]> {
  const rows = await knex('journal')
    .where({ build_id: buildId })
    .where('id', '>', after)
    .orderBy('id')
    .limit(EVENT_LIMIT);
  return rows.map(row => ({
    id: Number(row.id),
    buildId: row.build_id,
    at: toDate(row.at),
    type: row.type,
    message: row.message,
  }));
}

/** The succeeded build that was admitted last. */
export async function getLatestSucceeded(
  knex: Knex,
  entityRef: string,
): Promise<BuildSnapshot | undefined> {
  const record = await knex('builds')
    .where({ entity_ref: entityRef, phase: 'Succeeded' })
    .orderBy([
      { column: 'sequence', order: 'desc' },
      { column: 'created_at', order: 'desc' },
    ])
    .first();
  if (!record) return undefined;
  const [snapshot] = await withChildren(knex, [toBuildRow(record)]);
  return snapshot;
}

/** Success and duration of an entity's builds. */
export async function getStatistics(
  { knex, clock }: StoreContext,
  entityRef: string,
): Promise<BuildStatistics> {
  const now = clock();
  const from = new Date(now.getTime() - 60 * 86_400_000);
  const rows = await knex('builds')
    .where({ entity_ref: entityRef })
    .whereIn('phase', ['Succeeded', 'Failed'])
    .where('finished_at', '>=', from)
    .orderBy('finished_at', 'desc')
    .limit(STATISTICS_LIMIT)
    .select('phase', 'created_at', 'started_at', 'finished_at');
  return summarise(
    rows.map(row => ({
      succeeded: row.phase === 'Succeeded',
      startedAt: toDate(row.started_at ?? row.created_at),
      finishedAt: toDate(row.finished_at),
    })),
    now,
  );
}
