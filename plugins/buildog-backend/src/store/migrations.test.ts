import { MIGRATIONS, testDatabases } from './__testUtils__/testStores';

jest.setTimeout(60_000);

/** The tables of our migrations, the log store's own aside. */
const TABLES = [
  'attempts',
  'build_configs',
  'builds',
  'controller_state',
  'idempotency_keys',
  'ingest_tokens',
  'journal',
  'outbox',
  'replicas',
  'repository_claims',
  'tag_admissions',
  'tasks',
];

describe.each(testDatabases().eachSupportedId())('migrations on %p', id => {
  const databases = testDatabases();

  it('go up, down and up again', async () => {
    const knex = await databases.init(id);
    const exist = async () =>
      Promise.all(TABLES.map(table => knex.schema.hasTable(table)));

    await knex.migrate.latest({ directory: MIGRATIONS });
    expect(await exist()).toEqual(TABLES.map(() => true));

    await knex.migrate.rollback({ directory: MIGRATIONS }, true);
    expect(await exist()).toEqual(TABLES.map(() => false));

    await knex.migrate.latest({ directory: MIGRATIONS });
    expect(await exist()).toEqual(TABLES.map(() => true));
  });

  it('keep instants in UTC to the millisecond', async () => {
    const knex = await databases.init(id);
    await knex.migrate.latest({ directory: MIGRATIONS });
    const at = new Date('2026-03-29T01:30:00.123Z');
    await knex('replicas').insert({ id: 'a', host: 'h', pid: 1, seen_at: at });
    const row = await knex('replicas').first();
    expect(new Date(row.seen_at).toISOString()).toBe(at.toISOString());
  });
});
