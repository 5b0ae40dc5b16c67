import type { Knex } from 'knex';
import { isPostgres } from './DatabaseTime';

/**
 * Runs writes that do not depend on each other: in one round trip on
 * PostgreSQL, where each costs a change of processes, and one after the other
 * on SQLite, which has no writes in `WITH`. Foreign keys between them are
 * fine; that they see each other's rows is not.
 */
export async function together(
  knex: Knex,
  writes: Knex.QueryBuilder[],
): Promise<void> {
  if (writes.length > 1 && isPostgres(knex)) {
    const parts = writes.map((_, index) => `w${index} AS (?)`);
    await knex.raw(`WITH ${parts.join(', ')} SELECT 1`, writes);
    return;
  }
  for (const write of writes) await write;
}
