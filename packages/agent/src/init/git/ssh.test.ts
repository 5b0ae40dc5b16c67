import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { initResultSchema } from '../../protocol';
import { commit, makeRepository } from '../../testing/makeRepository';
import { runForTest } from '../../testing/runForTest';
import {
  describeWithSshd,
  startSshServer,
  type SshServer,
} from '../../testing/startSshServer';
import { init } from '../init';
import { temporaryFolder } from '../../testing/temporaryFolder';

describeWithSshd('a source over ssh', () => {
  let root: string;
  let server: SshServer;
  let revision: string;

  beforeAll(async () => {
    root = temporaryFolder('buildog-ssh');
    server = await startSshServer(join(root, 'sshd'));
    makeRepository(join(root, 'app.git'));
    revision = commit(join(root, 'app.git'), { Dockerfile: 'FROM scratch\n' });
  });

  afterAll(() => server.close());

  async function run(change: object = {}, withCredential = true) {
    const { user, host, privateKey, knownHosts } = server;
    const workspacePath = temporaryFolder('buildog-workspace');
    const outcome = await runForTest(
      init,
      {
        protocolVersion: 1,
        source: {
          type: 'git',
          url: `ssh://${user}@${host}${root}/app.git`,
          revision,
        },
        workspacePath,
      },
      withCredential
        ? {
            credential: {
              type: 'ssh',
              host,
              privateKey,
              knownHosts,
              ...change,
            },
          }
        : {},
    );
    return {
      ...outcome,
      result: initResultSchema.parse(outcome.result),
      workspacePath,
    };
  }

  it('is fetched with the key, and the key is gone afterwards', async () => {
    const { result, workspacePath } = await run();
    expect(result.ok).toBe(true);
    expect(readdirSync(workspacePath)).toEqual(['Dockerfile']);
  });

  it('is refused when the host key is not the known one', async () => {
    const other = await startSshServer(join(root, 'other'));
    const key = other.knownHosts.split(' ').slice(1).join(' ');
    await other.close();
    const { port } = new URL(`ssh://${server.host}`);
    const { result } = await run({ knownHosts: `[127.0.0.1]:${port} ${key}` });
    expect(result).toMatchObject({ reason: { code: 'GitHostKeyRefused' } });
  });

  it('is refused when the key is not the right one', async () => {
    const other = await startSshServer(join(root, 'stranger'));
    await other.close();
    const { result } = await run({ privateKey: other.privateKey });
    expect(result).toMatchObject({ reason: { code: 'GitRemotePrivate' } });
  });

  it('needs a key', async () => {
    const { result } = await run({}, false);
    expect(result).toMatchObject({ reason: { code: 'GitRemotePrivate' } });
  });
});
