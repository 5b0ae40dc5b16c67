import type { Knex } from 'knex';
import { isPostgres } from './DatabaseTime';

/**
 * Has SQLite write to a log beside its file instead of a journal for each
 * transaction, which waits for the disk several times. A build has about a
 * dozen transactions, and the whole process waits for each. A killed process
 * loses nothing; a machine that loses power may lose the last moments, never
 * the database. The file remembers the mode. Does nothing to PostgreSQL or a
 * database in memory.
 */
export async function writeAhead(knex: Knex): Promise<void> {
  if (!isPostgres(knex)) await knex.raw('PRAGMA journal_mode = WAL');
}
