import type { Knex } from 'knex';
import type { BuildConfigRow } from '../../domain/BuildConfigRow';
import { toDate, toOptionalDate } from '../records/values';
import type { StoreContext } from '../StoreContext';
import { StoreError } from '../StoreError';

/** The configuration of an entity, once it has built. */
export async function getConfig(
  knex: Knex,
  entityRef: string,
): Promise<BuildConfigRow | undefined> {
  const row = await knex('build_configs')
    .where({ entity_ref: entityRef })
    .first();
  return (
    row && {
      id: row.id,
      entityRef: row.entity_ref,
      createdAt: toDate(row.created_at),
      orphanedAt: toOptionalDate(row.orphaned_at),
      nextNumber: row.next_number,
    }
  );
}

/** Configurations in the order of their ids, for the sweep of orphans. */
export async function listConfigs(
  knex: Knex,
  options: { after?: string; limit: number },
): Promise<{ id: string; entityRef: string; orphaned: boolean }[]> {
  const query = knex('build_configs').orderBy('id').limit(options.limit);
  if (options.after !== undefined) query.where('id', '>', options.after);
  const rows = await query;
  return rows.map(row => ({
    id: row.id,
    entityRef: row.entity_ref,
    orphaned: row.orphaned_at !== null,
  }));
}

/** Moves a configuration and its builds to a new ref. */
export async function renameConfig(
  { knex }: StoreContext,
  from: string,
  to: string,
): Promise<void> {
  await knex.transaction(async trx => {
    const taken = await trx('build_configs').where({ entity_ref: to }).first();
    if (taken) {
      throw new StoreError(
        'InvalidState',
        `${to} has builds of its own, so ${from} can't be renamed to it.`,
        { field: 'entityRef' },
      );
    }
    const changed = await trx('build_configs')
      .where({ entity_ref: from })
      .update({ entity_ref: to, orphaned_at: null });
    if (changed === 0) {
      throw new StoreError('NotFound', `${from} has no builds.`, {
        field: 'entityRef',
      });
    }
    await trx('builds').where({ entity_ref: from }).update({ entity_ref: to });
  });
}

/** Notes that the entity is gone, or back. Keeps the first instant. */
export async function setConfigOrphaned(
  { knex, clock }: StoreContext,
  entityRef: string,
  orphaned: boolean,
): Promise<void> {
  const query = knex('build_configs').where({ entity_ref: entityRef });
  if (orphaned) {
    await query.whereNull('orphaned_at').update({ orphaned_at: clock() });
  } else {
    await query.update({ orphaned_at: null });
  }
}
