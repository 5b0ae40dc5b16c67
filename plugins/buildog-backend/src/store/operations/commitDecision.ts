import type { Knex } from 'knex';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import type { Transition } from '../../domain/Decision';
import { fromAttemptRow } from '../records/attemptRecord';
import { fromDecidedBuild } from '../records/buildRecord';
import { DECIDED_TASK_COLUMNS, fromTaskRow } from '../records/taskRecord';
import type { StoreContext } from '../StoreContext';
import { together } from '../together';

/** Writes a decision where its version still holds. See `ControllerStore.commitDecision`. */
export async function commitDecision(
  context: StoreContext,
  transition: Transition,
): Promise<BuildSnapshot | undefined> {
  const { next } = transition;
  const { build } = next;
  const version = build.version + 1;
  const committed = await context.knex.transaction(async trx => {
    const changed = await trx('builds')
      .where({ id: build.id, version: build.version })
      .update({ ...fromDecidedBuild(build), version });
    if (changed === 0) return false;
    await together(trx, [
      ...children(trx, transition),
      ...history(trx, transition),
      ...superseding(context, trx, transition),
    ]);
    return true;
  });
  return committed ? { ...next, build: { ...build, version } } : undefined;
}

function children(
  trx: Knex.Transaction,
  { tasks, attempts }: Transition,
): Knex.QueryBuilder[] {
  const writes: Knex.QueryBuilder[] = [];
  if (tasks.length > 0) {
    writes.push(
      trx('tasks')
        .insert(tasks.map(fromTaskRow))
        .onConflict('id')
        .merge([...DECIDED_TASK_COLUMNS]),
    );
  }
  if (attempts.length > 0) {
    writes.push(
      trx('attempts')
        .insert(attempts.map(fromAttemptRow))
        .onConflict('id')
        .merge(),
    );
  }
  return writes;
}

function history(
  trx: Knex.Transaction,
  { next, journal, outbox }: Transition,
): Knex.QueryBuilder[] {
  const writes: Knex.QueryBuilder[] = [];
  const build_id = next.build.id;
  if (journal.length > 0) {
    writes.push(
      trx('journal').insert(journal.map(event => ({ build_id, ...event }))),
    );
  }
  if (outbox.length > 0) {
    writes.push(
      trx('outbox').insert(
        outbox.map(message => ({ build_id, payload: JSON.stringify(message) })),
      ),
    );
  }
  return writes;
}

function superseding(
  { time }: StoreContext,
  trx: Knex.Transaction,
  { next, supersedes }: Transition,
): Knex.QueryBuilder[] {
  if (!supersedes) return [];
  return [
    trx('builds')
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
      }),
  ];
}
