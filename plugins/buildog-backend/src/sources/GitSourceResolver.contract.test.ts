import { execFileSync } from 'node:child_process';
import { describeWithCluster } from '../testing/describeWithCluster';
import { GitSourceResolver } from './GitSourceResolver';
import { HostRules } from './HostRules';
import { SourceCredentials } from './SourceCredentials';
import { temporaryFolder } from '../testing/temporaryFolder';

const signal = new AbortController().signal;

describeWithCluster('GitSourceResolver on a real git server', cluster => {
  const { git } = cluster;
  const host = new URL(git.httpUrl).host;
  const repository = `${git.httpUrl}/demo/resolver-${process.pid}.git`;
  const privateUrl = `${git.httpUrl}/${git.privateRepository}`;
  let main: string;

  function resolver(options: { credential?: boolean; hosts?: string[] } = {}) {
    return new GitSourceResolver({
      config: { allowHttp: true },
      hosts: new HostRules(options.hosts ?? [host, new URL(git.httpsUrl).host]),
      credentials: new SourceCredentials(
        options.credential
          ? [{ host, username: git.username, password: git.password }]
          : [],
      ),
    });
  }

  beforeAll(() => {
    const folder = temporaryFolder('resolver');
    const run = (...args: string[]) =>
      execFileSync(
        'git',
        ['-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args],
        { cwd: folder, encoding: 'utf8', stdio: 'pipe' },
      ).trim();
    run('init', '--quiet', '--initial-branch=trunk');
    run('commit', '--quiet', '--allow-empty', '-m', 'one');
    run('branch', 'feat/x');
    run('tag', '-a', 'v1', '-m', 'v1');
    main = run('rev-parse', 'HEAD');
    const url = repository.replace(
      '://',
      `://${git.username}:${git.password}@`,
    );
    run('push', '--quiet', url, '--all');
    run('push', '--quiet', url, '--tags');
  });

  it('finds branches, tags and the commits they point to', async () => {
    const it = resolver();
    const { branches } = await it.listBranches(repository, { signal });
    expect(branches).toEqual([
      { name: 'feat/x', revision: main },
      { name: 'trunk', revision: main },
    ]);
    expect(await it.resolve(repository, 'feat/x', { signal })).toEqual({
      revision: main,
      ref: 'refs/heads/feat/x',
      branch: 'feat/x',
    });
    expect(await it.resolve(repository, 'v1', { signal })).toEqual({
      revision: main,
      ref: 'refs/tags/v1',
    });
  });

  it('reads what needs a password with it, and says so without', async () => {
    await expect(
      resolver({ credential: true }).listBranches(privateUrl, { signal }),
    ).resolves.toMatchObject({ branches: expect.any(Array) });
    await expect(
      resolver().listBranches(privateUrl, { signal }),
    ).rejects.toMatchObject({
      reason: { code: 'GitRemotePrivate', category: 'User' },
    });
  });

  it.each([
    ['GitBranchNotFound', () => repository, 'no-such-branch'],
    ['GitRemoteNotFound', () => `${git.httpUrl}/demo/none.git`, undefined],
    ['GitTransportRefused', () => 'file:///etc/passwd', undefined],
    ['GitTransportRefused', () => 'ext::sh -c id', undefined],
    ['GitTransportRefused', () => `http://u:canary@${host}/x`, undefined],
  ])('answers %s', async (code, url, ref) => {
    const error = await resolver()
      .resolve(url(), ref, { signal })
      .catch(e => e);
    expect(error).toMatchObject({ reason: { code }, retryable: false });
    expect(error.message).not.toContain('canary');
  });

  it('refuses refs that git could read as options', async () => {
    await expect(
      resolver().resolve(repository, '--upload-pack=touch /tmp/x', { signal }),
    ).rejects.toMatchObject({ code: 'InvalidRef' });
  });

  it('refuses hosts that are not listed', async () => {
    await expect(
      resolver({ hosts: ['git.example.com'] }).resolve(repository, undefined, {
        signal,
      }),
    ).rejects.toMatchObject({ reason: { code: 'SourceHostNotAllowed' } });
  });

  it('says that a retry may help when the server is away', async () => {
    await expect(
      resolver({ hosts: ['127.0.0.1:1'] }).resolve(
        'http://127.0.0.1:1/x.git',
        undefined,
        { signal },
      ),
    ).rejects.toMatchObject({
      reason: { code: 'GitHostUnreachable' },
      retryable: true,
    });
  });
});
