import type { Knex } from 'knex';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import type { Transition } from '../../domain/Decision';
import { fromAttemptRow } from '../records/attemptRecord';
import { fromDecidedBuild } from '../records/buildRecord';
import { DECIDED_TASK_COLUMNS, fromTaskRow } from '../records/taskRecord';
import type { StoreContext } from '../StoreContext';
import { togetherIf } from '../together';

/** Writes a decision where its version still holds. See `ControllerStore.commitDecision`. */
export async function commitDecision(
  context: StoreContext,
  transition: Transition,
): Promise<BuildSnapshot | undefined> {
  const { next } = transition;
  const { build } = next;
  const version = build.version + 1;
  const { knex } = context;
  const committed = await togetherIf(
    knex,
    knex('builds')
      .where({ id: build.id, version: build.version })
      .update({ ...fromDecidedBuild(build), version }),
    [
      ...children(knex, transition),
      ...history(knex, transition),
      ...superseding(context, transition),
    ],
  );
  return committed ? { ...next, build: { ...build, version } } : undefined;
}

function children(
  knex: Knex,
  { tasks, attempts }: Transition,
): Knex.QueryBuilder[] {
  const writes: Knex.QueryBuilder[] = [];
  if (tasks.length > 0) {
    writes.push(
      knex('tasks')
        .insert(tasks.map(fromTaskRow))
        .onConflict('id')
        .merge([...DECIDED_TASK_COLUMNS]),
    );
  }
  if (attempts.length > 0) {
    writes.push(
      knex('attempts')
        .insert(attempts.map(fromAttemptRow))
        .onConflict('id')
        .merge(),
    );
  }
  return writes;
}

function history(
  knex: Knex,
  { next, journal, outbox }: Transition,
): Knex.QueryBuilder[] {
  const writes: Knex.QueryBuilder[] = [];
  const build_id = next.build.id;
  if (journal.length > 0) {
    writes.push(
      knex('journal').insert(journal.map(event => ({ build_id, ...event }))),
    );
  }
  if (outbox.length > 0) {
    writes.push(
      knex('outbox').insert(
        outbox.map(message => ({ build_id, payload: JSON.stringify(message) })),
      ),
    );
  }
  return writes;
}

function superseding(
  { knex, time }: StoreContext,
  { next, supersedes }: Transition,
): Knex.QueryBuilder[] {
  if (!supersedes) return [];
  return [
    knex('builds')
      .where({ config_id: supersedes.configId, branch: supersedes.branch })
      .where('number', '<', supersedes.olderThan)
      .whereIn('phase', ['Pending', 'Queued'])
      .whereNull('admitted_at')
      .whereNull('superseded_by_id')
      .update({
        superseded_by_id: next.build.id,
        superseded_by_number: next.build.number,
        version: knex.raw('version + 1'),
        next_wake_at: time.now(),
      }),
  ];
}
