import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeLogStoreContract } from '@buildog/plugin-buildog-node/testing';
import { FileLogStore } from './FileLogStore';
import { temporaryFolder } from '../testing/temporaryFolder';

const directory = temporaryFolder('buildog-logs');

describeLogStoreContract('FileLogStore', () => ({
  open: caps => new FileLogStore({ directory, caps }),
}));

describe('FileLogStore', () => {
  it('says which way the folder cannot be used', async () => {
    const store = new FileLogStore({ directory: __filename });
    await expect(
      store.append(
        { buildId: 'b', attemptId: 'a', container: 'c' },
        0,
        Buffer.from('x'),
      ),
    ).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
  });

  it('writes nothing outside its folder and leaves nothing half written', async () => {
    const root = temporaryFolder('buildog-logs');
    const store = new FileLogStore({ directory: root });
    const key = { buildId: 'b1', attemptId: 'a1', container: 'build' };
    await store.append(key, 0, Buffer.from('x\n'));
    await store.complete(key);
    expect(readdirSync(root)).toEqual(['b1']);
    expect(readdirSync(join(root, 'b1', 'a1')).sort()).toEqual([
      'build.json',
      'build.log',
    ]);
  });
});
