import type { Knex } from 'knex';
import { queuePlaces, selectAdmissions } from '../../domain/admission';
import type {
  AdmissionLimits,
  AdmissionView,
  QueuePlace,
} from '../../domain/admission';
import { isPostgres } from '../DatabaseTime';
import { toDate } from '../records/values';
import type { StoredDate } from '../records/values';
import type { Admission } from '../ControllerStore';
import type { StoreContext } from '../StoreContext';

interface WaitingRecord {
  id: string;
  owner_ref: string | null;
  priority: number;
  queued_at: StoredDate;
}

/** Longest queue that one admission looks at. */
const QUEUE_LIMIT = 1000;

/**
 * The only globally serialised decision: the row of `controller_state` is
 * locked while it lasts. See `ControllerStore.admitBuilds`.
 */
export async function admitBuilds(
  context: StoreContext,
  limits: AdmissionLimits,
): Promise<Admission[]> {
  return context.knex.transaction(async trx => {
    const lock = trx('controller_state').where({ id: 1 });
    const state = await (isPostgres(trx) ? lock.forUpdate() : lock).first();
    const view = await readAdmission(trx, limits, state.mode);
    const selected = selectAdmissions(view);
    if (selected.length === 0) return [];

    const admittedAt = context.clock();
    let sequence = Number(state.next_sequence);
    const admitted: Admission[] = [];
    for (const id of selected) {
      const [row] = await waiting(trx('builds'))
        .where({ id })
        .update({
          admitted_at: admittedAt,
          sequence: trx.raw('COALESCE(sequence, ?)', [sequence]),
          version: trx.raw('version + 1'),
          next_wake_at: context.time.now(),
        })
        .returning(['id', 'sequence', 'version']);
      if (row) {
        admitted.push({
          buildId: row.id,
          admittedAt,
          sequence: Number(row.sequence),
          version: row.version,
        });
        sequence += 1;
      }
    }
    await trx('controller_state')
      .where({ id: 1 })
      .update({ next_sequence: sequence });
    return admitted;
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
  const queue = await waiting(knex('builds'))
    .orderBy([{ column: 'priority', order: 'desc' }, 'queued_at', 'id'])
    .limit(QUEUE_LIMIT)
    .select('id', 'owner_ref', 'priority', 'queued_at');
  const running = queue.length === 0 ? [] : await countRunning(knex);
  return {
    mode,
    limits,
    running: new Map(
      running.map(row => [row.owner_ref ?? '', Number(row.count)]),
    ),
    queue: queue.map((row: WaitingRecord) => ({
      id: row.id,
      ownerRef: row.owner_ref ?? undefined,
      priority: row.priority,
      queuedAt: toDate(row.queued_at),
    })),
  };
}

async function countRunning(
  knex: Knex,
): Promise<{ owner_ref: string | null; count: string | number }[]> {
  return knex('builds')
    .whereNotNull('admitted_at')
    .whereNull('finished_at')
    .groupBy('owner_ref')
    .select('owner_ref', knex.raw('COUNT(*) AS count'));
}

function waiting(builds: Knex.QueryBuilder): Knex.QueryBuilder {
  return builds
    .where({ phase: 'Queued' })
    .whereNull('admitted_at')
    .whereNull('superseded_by_id')
    .whereNull('cancel_requested_at');
}
