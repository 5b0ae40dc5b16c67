import { TestDatabases } from '@backstage/backend-test-utils';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { describeLogStoreContract } from '@buildog/plugin-buildog-node/testing';
import type { Knex } from 'knex';
import { DatabaseLogStore } from './DatabaseLogStore';

jest.setTimeout(60_000);

const directory = resolvePackagePath(
  '@buildog/plugin-buildog-backend',
  'migrations',
);

describe.each(
  TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] }).eachSupportedId(),
)('on %s', id => {
  const databases = TestDatabases.create({ ids: [id] });
  let shared: Promise<Knex> | undefined;
  const open = () => {
    shared ??= databases.init(id).then(async knex => {
      await knex.migrate.latest({ directory });
      return knex;
    });
    return shared;
  };

  describeLogStoreContract('DatabaseLogStore', () => ({
    open: async caps => new DatabaseLogStore({ knex: await open(), caps }),
  }));

  it('puts the rows of a finished log together', async () => {
    const knex = await open();
    const store = new DatabaseLogStore({ knex });
    const key = { buildId: 'rows', attemptId: 'a', container: 'build' };
    const content = Buffer.alloc(300_000, 'abcdefghi\n');
    let size = 0;
    while (size < content.length) {
      const piece = content.subarray(size, size + 7_001);
      ({ size } = await store.append(key, size, piece));
    }
    const rows = () =>
      knex('log_chunks')
        .join('log_streams', 'log_streams.id', 'log_chunks.stream_id')
        .where({ build_id: 'rows' });
    expect(await rows()).toHaveLength(43);
    await store.complete(key);
    expect(await rows()).toHaveLength(2);
    const stored = await store.read(key, 0, 400_000);
    expect(Buffer.compare(stored, content)).toBe(0);
  });

  it('calls a lost database unavailable, without its SQL', async () => {
    const knex = await databases.init(id);
    const store = new DatabaseLogStore({ knex });
    const failure = await store
      .stat({ buildId: 'b', attemptId: 'a', container: 'c' })
      .catch(error => error);
    expect(failure).toMatchObject({ code: 'Unavailable', retryable: true });
    expect(failure.message).not.toContain('select');
  });
});
