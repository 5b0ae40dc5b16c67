import type { Knex } from 'knex';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import type { Transition } from '../../domain/Decision';
import { fromAttemptRow } from '../records/attemptRecord';
import { fromDecidedBuild } from '../records/buildRecord';
import { DECIDED_TASK_COLUMNS, fromTaskRow } from '../records/taskRecord';
import type { StoreContext } from '../StoreContext';

/** Writes a decision where its version still holds. See `ControllerStore.commitDecision`. */
export async function commitDecision(
  context: StoreContext,
  transition: Transition,
): Promise<BuildSnapshot | undefined> {
  const { build } = transition.next;
  const committed = await context.knex.transaction(async trx => {
    const changed = await trx('builds')
      .where({ id: build.id, version: build.version })
      .update({ ...fromDecidedBuild(build), version: build.version + 1 });
    if (changed === 0) return false;
    await writeTasks(trx, transition);
    await writeAttempts(trx, transition);
    await writeHistory(trx, transition);
    await supersedeOlder(context, trx, transition);
    return true;
  });
  if (!committed) return undefined;
  return {
    ...transition.next,
    build: { ...build, version: build.version + 1 },
  };
}

async function writeTasks(
  trx: Knex.Transaction,
  { tasks }: Transition,
): Promise<void> {
  if (tasks.length === 0) return;
  await trx('tasks')
    .insert(tasks.map(fromTaskRow))
    .onConflict('id')
    .merge([...DECIDED_TASK_COLUMNS]);
}

async function writeAttempts(
  trx: Knex.Transaction,
  { attempts }: Transition,
): Promise<void> {
  if (attempts.length === 0) return;
  await trx('attempts')
    .insert(attempts.map(fromAttemptRow))
    .onConflict('id')
    .merge();
}

async function writeHistory(
  trx: Knex.Transaction,
  { next, journal, outbox }: Transition,
): Promise<void> {
  const buildId = next.build.id;
  if (journal.length > 0) {
    await trx('journal').insert(
      journal.map(event => ({ build_id: buildId, ...event })),
    );
  }
  if (outbox.length > 0) {
    await trx('outbox').insert(
      outbox.map(message => ({
        build_id: buildId,
        payload: JSON.stringify(message),
      })),
    );
  }
}

async function supersedeOlder(
  { time }: StoreContext,
  trx: Knex.Transaction,
  { next, supersedes }: Transition,
): Promise<void> {
  if (!supersedes) return;
  await trx('builds')
    .where({ config_id: supersedes.configId, branch: supersedes.branch })
    .where('number', '<', supersedes.olderThan)
    .whereIn('phase', ['Pending', 'Queued'])
    .whereNull('admitted_at')
    .whereNull('superseded_by_id')
    .update({
      superseded_by_id: next.build.id,
      superseded_by_number: next.build.number,
      version: trx.raw('version + 1'),
      next_wake_at: time.now(),
    });
}
