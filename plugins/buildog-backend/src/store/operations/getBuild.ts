import type { Knex } from 'knex';
import type { BuildRow } from '../../domain/BuildRow';
import type { BuildSnapshot } from '../../domain/BuildSnapshot';
import { toAttemptRow } from '../records/attemptRecord';
import { toBuildRow } from '../records/buildRecord';
import type { BuildRecord } from '../records/buildRecord';
import { toTaskRow } from '../records/taskRecord';

/** A build's own row. */
export async function findBuild(
  knex: Knex,
  id: string,
): Promise<BuildRow | undefined> {
  const record = await knex<BuildRecord>('builds').where({ id }).first();
  return record && toBuildRow(record);
}

/** A build with everything that belongs to it. */
export async function getBuild(
  knex: Knex,
  id: string,
): Promise<BuildSnapshot | undefined> {
  const build = await findBuild(knex, id);
  if (!build) return undefined;
  const [snapshot] = await withChildren(knex, [build]);
  return snapshot;
}

/** The build with that number on an entity's page. */
export async function getBuildByNumber(
  knex: Knex,
  entityRef: string,
  number: number,
): Promise<BuildSnapshot | undefined> {
  const record = await knex<BuildRecord>('builds')
    .where({ entity_ref: entityRef, number })
    .first();
  if (!record) return undefined;
  const [snapshot] = await withChildren(knex, [toBuildRow(record)]);
  return snapshot;
}

/** Adds tasks and attempts to builds, in two questions whatever their number. */
export async function withChildren(
  knex: Knex,
  builds: BuildRow[],
): Promise<BuildSnapshot[]> {
  if (builds.length === 0) return [];
  const ids = builds.map(build => build.id);
  const [tasks, attempts] = await Promise.all([
    knex('tasks').whereIn('build_id', ids).orderBy('position'),
    knex('attempts').whereIn('build_id', ids).orderBy('number'),
  ]);
  const taskRows = tasks.map(toTaskRow);
  const attemptRows = attempts.map(toAttemptRow);
  return builds.map(build => ({
    build,
    tasks: taskRows.filter(task => task.buildId === build.id),
    attempts: attemptRows.filter(attempt => attempt.buildId === build.id),
  }));
}
