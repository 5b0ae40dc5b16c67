import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import { DatabaseBuildStore } from '../DatabaseBuildStore';
import type { DatabaseBuildStoreOptions } from '../DatabaseBuildStore';

/** Where the migrations lie. */
export const MIGRATIONS = resolvePackagePath(
  '@buildog/plugin-buildog-backend',
  'migrations',
);

/**
 * The databases that tests run on: SQLite always, PostgreSQL where there is a
 * connection string (`BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING`).
 * Backstage skips engines silently, so with `BUILDOG_REQUIRE_POSTGRES=1` a
 * run without PostgreSQL fails.
 */
export function testDatabases(): TestDatabases {
  const databases = TestDatabases.create({
    ids: ['SQLITE_3', 'POSTGRES_15'],
  });
  const supported = databases.eachSupportedId().flat();
  if (
    process.env.BUILDOG_REQUIRE_POSTGRES === '1' &&
    !supported.includes('POSTGRES_15')
  ) {
    throw new Error(
      'BUILDOG_REQUIRE_POSTGRES=1, but there is no PostgreSQL: set BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING',
    );
  }
  return databases;
}

/** A store on a fresh database with all migrations. */
export async function openStore(
  knex: Knex,
  options: Partial<DatabaseBuildStoreOptions> = {},
): Promise<DatabaseBuildStore> {
  return DatabaseBuildStore.create(
    mockServices.database.mock({ getClient: async () => knex }),
    { limits: {}, ...options },
  );
}
