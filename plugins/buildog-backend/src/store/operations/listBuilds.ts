import type { Knex } from 'knex';
import type { BuildFilter } from '../BuildFilter';
import type { BuildPage, ListBuildsOptions } from '../BuildStore';
import { decodeCursor, encodeCursor } from '../cursor';
import { toBuildRow } from '../records/buildRecord';
import { toDate } from '../records/values';
import { withChildren } from './getBuild';

/**
 * A page of builds, newest first, by keyset: stable while new builds arrive.
 * See `BuildStore.listBuilds`.
 */
export async function listBuilds(
  knex: Knex,
  options: ListBuildsOptions,
): Promise<BuildPage> {
  const query = knex('builds')
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(options.limit + 1);
  if (options.entityRef) query.where({ entity_ref: options.entityRef });
  if (options.phase) query.whereIn('phase', options.phase);
  if (options.branch) query.where({ branch: options.branch });
  if (options.trigger) query.whereIn('trigger_kind', options.trigger);
  if (options.variant) {
    query.whereIn(
      'id',
      knex('tasks').where({ variant: options.variant }).select('build_id'),
    );
  }
  if (options.filter) applyFilter(query, options.filter);
  if (options.cursor !== undefined) {
    const { createdAt, id } = decodeCursor(options.cursor);
    query.where(older =>
      older
        .where('created_at', '<', createdAt)
        .orWhere(same =>
          same.where('created_at', createdAt).where('id', '<', id),
        ),
    );
  }
  const records = await query;
  const page = records.slice(0, options.limit);
  const last = page[page.length - 1];
  return {
    items: await withChildren(knex, page.map(toBuildRow)),
    nextCursor:
      records.length > options.limit
        ? encodeCursor({ createdAt: toDate(last.created_at), id: last.id })
        : undefined,
  };
}

/** Turns a permission's filter into a condition. */
function applyFilter(query: Knex.QueryBuilder, filter: BuildFilter): void {
  query.where(group => {
    if ('not' in filter) {
      group.whereNot(inner => applyFilter(inner, filter.not));
    } else if ('allOf' in filter) {
      filter.allOf.forEach(part => group.where(p => applyFilter(p, part)));
    } else if ('anyOf' in filter) {
      if (filter.anyOf.length === 0) group.whereRaw('1 = 0');
      filter.anyOf.forEach(part => group.orWhere(p => applyFilter(p, part)));
    } else {
      const column =
        filter.property === 'ownerRef' ? 'owner_ref' : 'entity_ref';
      const marks = filter.values.map(() => '?').join(', ');
      // Without an owner a plain comparison is NULL, and so is its `not`.
      if (marks === '') group.whereRaw('1 = 0');
      else
        group.whereRaw(`COALESCE(${column}, '') IN (${marks})`, filter.values);
    }
  });
}
