import type { Knex } from 'knex';

/**
 * Instants by the database's clock, so that replicas whose clocks differ
 * agree on who holds a lease. SQLite has one replica only, so that replica's
 * clock is the database's.
 */
export interface DatabaseTime {
  now(): Knex.Raw | Date;
  /** Now plus that many milliseconds, which may be negative. */
  in(milliseconds: number): Knex.Raw | Date;
}

/** @param clock - the process's clock, used on SQLite. */
export function databaseTime(knex: Knex, clock: () => Date): DatabaseTime {
  if (isPostgres(knex)) {
    return {
      now: () => knex.raw('clock_timestamp()'),
      in: ms =>
        knex.raw(`clock_timestamp() + (? * interval '1 millisecond')`, [ms]),
    };
  }
  return {
    now: clock,
    in: ms => new Date(clock().getTime() + ms),
  };
}

/** True on PostgreSQL, false on SQLite. */
export function isPostgres(knex: Knex): boolean {
  return knex.client.config.client === 'pg';
}
