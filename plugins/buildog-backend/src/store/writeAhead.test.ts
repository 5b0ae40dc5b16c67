import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import knexFactory from 'knex';
import type { Knex } from 'knex';
import { DatabaseBuildStore } from './DatabaseBuildStore';

describe('a store on SQLite', () => {
  let folder: string;
  let knex: Knex;

  const open = (filename: string) => {
    knex = knexFactory({
      client: 'better-sqlite3',
      connection: { filename },
      useNullAsDefault: true,
    });
    return DatabaseBuildStore.create(
      mockServices.database.mock({ getClient: async () => knex }),
      { limits: {} },
    );
  };

  const pragma = async (name: string) => {
    const [row] = await knex.raw(`PRAGMA ${name}`);
    return row[name];
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'buildog-store-'));
  });

  afterEach(async () => {
    await knex.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  it('writes ahead, and waits for the disk only when the log is folded in', async () => {
    await open(join(folder, 'buildog.sqlite'));
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(1); // NORMAL
  });

  it('works in memory, which has no log', async () => {
    await open(':memory:');
    expect(await pragma('journal_mode')).toBe('memory');
  });
});
