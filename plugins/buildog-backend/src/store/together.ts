import type { Knex } from 'knex';
import { isPostgres } from './DatabaseTime';

/** PostgreSQL's SQLSTATE. */
const DIVISION_BY_ZERO = '22012';

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

/**
 * Runs writes where a conditional update changes its row, all or nothing.
 * PostgreSQL gets one statement, so no lock is held between round trips; a
 * condition that does not hold divides by zero there, which undoes the rest.
 *
 * @returns whether the condition held.
 */
export async function togetherIf(
  knex: Knex,
  condition: Knex.QueryBuilder,
  writes: Knex.QueryBuilder[],
): Promise<boolean> {
  if (!isPostgres(knex)) {
    return knex.transaction(async trx => {
      if ((await condition.transacting(trx)) === 0) return false;
      for (const write of writes) await write.transacting(trx);
      return true;
    });
  }
  const parts = writes.map((_, index) => `, w${index} AS (?)`);
  try {
    await knex.raw(
      `WITH condition AS (?)${parts.join(
        '',
      )} SELECT 1 / COUNT(*) FROM condition`,
      [condition.returning('id'), ...writes],
    );
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === DIVISION_BY_ZERO) return false;
    throw error;
  }
}
