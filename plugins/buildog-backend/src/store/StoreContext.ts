import type { Knex } from 'knex';
import type { BornClaims } from './BornClaims';
import type { DatabaseTime } from './DatabaseTime';

/** What every operation of the store works with. */
export interface StoreContext {
  knex: Knex;
  /** The process's clock, for instants that people see. */
  clock: () => Date;
  /** The database's clock, for leases and wake-ups. */
  time: DatabaseTime;
  /** A fresh UUID. */
  newId: () => string;
  /** Builds of this process that its controller has not begun with. */
  born: BornClaims;
}
