import type { Knex } from 'knex';
import type { LogCaps } from './LogCaps';

/** What a {@link DatabaseLogStore} needs. */
export interface DatabaseLogStoreOptions {
  /** The plugin's database, migrated. */
  knex: Knex;
  caps?: Partial<LogCaps>;
}

/** Keeps logs in the plugin's database, in rows of bytes. */
export class DatabaseLogStore {
  constructor(readonly options: DatabaseLogStoreOptions) {}
}
