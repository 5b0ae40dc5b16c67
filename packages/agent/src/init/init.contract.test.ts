import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describeWithCluster } from '../testing/describeWithCluster';
import { commit, git, makeRepository } from '../testing/makeRepository';
import { runForTest } from '../testing/runForTest';
import { init } from './init';
import { temporaryFolder } from '../testing/temporaryFolder';

jest.setTimeout(60_000);

describeWithCluster('init with a real git server', cluster => {
  const { httpUrl, httpsUrl, sshUrl, caFile, username, password } = cluster.git;
  const path = `private/agent-${randomBytes(6).toString('hex')}.git`;
  let revision: string;

  beforeAll(() => {
    const local = temporaryFolder('buildog-git');
    makeRepository(local);
    revision = commit(local, { Dockerfile: 'FROM scratch\n' });
    commit(local, { later: 'x' });
    const basic = Buffer.from(`${username}:${password}`).toString('base64');
    git(local, [
      ...['-c', `http.extraHeader=Authorization: Basic ${basic}`],
      ...['push', '--quiet', `${httpUrl}/${path}`, 'main'],
    ]);
  });

  async function run(base: string, credential: object | undefined, more = {}) {
    const { result } = await runForTest(
      init,
      {
        protocolVersion: 1,
        source: {
          type: 'git',
          url: `${base}/${path}`,
          revision,
          ref: 'refs/heads/main',
          transports: ['https', 'http', 'ssh'],
        },
        workspacePath: temporaryFolder('buildog-workspace'),
        ...more,
      },
      { credential },
    );
    return result;
  }

  const basic = (base: string) => {
    const { host } = new URL(base);
    return { type: 'https', host, username, password };
  };
  const key = () => ({
    type: 'ssh',
    host: new URL(sshUrl).host,
    privateKey: readFileSync(cluster.git.sshKeyFile, 'utf8'),
    knownHosts: readFileSync(cluster.git.sshKnownHosts, 'utf8'),
  });

  it('fetches a commit that is no tip by http, https and ssh', async () => {
    for (const result of [
      await run(httpUrl, basic(httpUrl)),
      await run(httpsUrl, basic(httpsUrl), { caFile }),
      await run(sshUrl, key()),
    ]) {
      expect(result).toMatchObject({ ok: true, files: 1 });
    }
  });

  it('says what is missing', async () => {
    for (const [code, result] of [
      ['GitRemotePrivate', await run(httpUrl, undefined)],
      ['GitTlsFailed', await run(httpsUrl, basic(httpsUrl))],
      ['GitRemotePrivate', await run(sshUrl, undefined)],
      [
        'GitHostKeyRefused',
        await run(sshUrl, { ...key(), knownHosts: 'other ssh-ed25519 AAAA' }),
      ],
    ] as const) {
      expect(result).toMatchObject({ ok: false, reason: { code } });
    }
  });
});
