import type { Knex } from 'knex';
import { queuePlaces, selectAdmissions } from '../../domain/admission';
import type {
  AdmissionLimits,
  AdmissionView,
  QueuePlace,
} from '../../domain/admission';
import { toDate } from '../records/values';
import type { StoredDate } from '../records/values';
import type { Admission } from '../ControllerStore';
import type { StoreContext } from '../StoreContext';

interface RunningRecord {
  owner_ref: string | null;
  count: number | string;
}

interface QueuedRecord {
  id: string;
  owner_ref: string | null;
  priority: number;
  queued_at: StoredDate;
}

/** Most queued builds that one admission looks at. */
const QUEUE_LIMIT = 1000;

/**
 * The only globally serialised decision. See `ControllerStore.admitBuilds`.
 * Reserving the numbers locks the row of the controller's state, so there is
 * one admission at a time; unused numbers are gaps, of which there are enough.
 */
export async function admitBuilds(
  { knex, clock, time }: StoreContext,
  limits: AdmissionLimits,
): Promise<Admission[]> {
  return knex.transaction(async trx => {
    const [state] = await trx('controller_state')
      .where({ id: 1 })
      .update({ next_sequence: trx.raw('next_sequence + ?', [QUEUE_LIMIT]) })
      .returning(['mode', 'next_sequence']);
    const first = Number(state.next_sequence) - QUEUE_LIMIT;
    const view = await readAdmission(trx, limits, state.mode);
    const selected = selectAdmissions(view);
    if (selected.length === 0) return [];
    const admittedAt = clock();
    const places = selected.map(() => 'WHEN ? THEN CAST(? AS BIGINT)');
    const admitted = await waiting(trx('builds'))
      .whereIn('id', selected)
      .update({
        admitted_at: admittedAt,
        sequence: trx.raw(
          `COALESCE(sequence, CASE CAST(id AS TEXT) ${places.join(' ')} END)`,
          selected.flatMap((id, index) => [id, first + index]),
        ),
        version: trx.raw('version + 1'),
        next_wake_at: time.now(),
      })
      .returning(['id', 'sequence', 'version']);
    return admitted
      .map((row: { id: string; sequence: string; version: number }) => ({
        buildId: row.id,
        admittedAt,
        sequence: Number(row.sequence),
        version: row.version,
      }))
      .sort((a: Admission, b: Admission) => a.sequence - b.sequence);
  });
}

/** Place and reason of every queued build. */
export async function getQueue(
  { knex }: StoreContext,
  limits: AdmissionLimits,
): Promise<Map<string, QueuePlace>> {
  const state = await knex('controller_state').where({ id: 1 }).first();
  return queuePlaces(await readAdmission(knex, limits, state?.mode ?? 'Open'));
}

async function readAdmission(
  knex: Knex,
  limits: AdmissionLimits,
  mode: AdmissionView['mode'],
): Promise<AdmissionView> {
  // Counted by the database: there may be many, and this runs for each build.
  const running: RunningRecord[] = await knex('builds')
    .whereNull('finished_at')
    .whereNotNull('admitted_at')
    .groupBy('owner_ref')
    .select('owner_ref', knex.raw('COUNT(*) AS count'));
  const queue: QueuedRecord[] = await waiting(knex('builds'))
    .orderBy([{ column: 'priority', order: 'desc' }, 'queued_at', 'id'])
    .limit(QUEUE_LIMIT)
    .select('id', 'owner_ref', 'priority', 'queued_at');
  return {
    mode,
    limits,
    running: new Map(
      running.map(({ owner_ref, count }) => [owner_ref ?? '', Number(count)]),
    ),
    queue: queue.map(row => ({
      id: row.id,
      ownerRef: row.owner_ref ?? undefined,
      priority: row.priority,
      queuedAt: toDate(row.queued_at),
    })),
  };
}

function waiting(builds: Knex.QueryBuilder): Knex.QueryBuilder {
  return builds
    .where({ phase: 'Queued' })
    .whereNull('admitted_at')
    .whereNull('superseded_by_id')
    .whereNull('cancel_requested_at');
}
