import type { Knex } from 'knex';
import type { DatabaseBuildStore } from '../DatabaseBuildStore';
import type { DatabaseBuildStoreOptions } from '../DatabaseBuildStore';
import { openStore, testDatabases } from './testStores';

/** Children before parents. */
const TABLES = [
  'ingest_tokens',
  'idempotency_keys',
  'tag_admissions',
  'outbox',
  'journal',
  'attempts',
  'tasks',
  'builds',
  'repository_claims',
  'build_configs',
  'replicas',
  'controller_state',
];

/** What a test of the store works with; both are fresh in every test. */
export interface StoreUnderTest {
  databaseId: string;
  knex: Knex;
  store: DatabaseBuildStore;
}

/** Runs tests on every database, each test on empty tables. */
export function describeStore(
  name: string,
  options: Partial<DatabaseBuildStoreOptions>,
  body: (current: StoreUnderTest) => void,
): void {
  const databases = testDatabases();
  describe.each(databases.eachSupportedId())(`${name} on %p`, databaseId => {
    const current = { databaseId } as StoreUnderTest;

    beforeAll(async () => {
      current.knex = await databases.init(databaseId);
      await openStore(current.knex);
    }, 60_000);

    beforeEach(async () => {
      for (const table of TABLES) await current.knex(table).delete();
      current.store = await openStore(current.knex, options);
    });

    body(current);
  });
}
