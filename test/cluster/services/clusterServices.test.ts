import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ClusterState } from '../clusterState.ts';
import { down } from '../down.ts';
import { createJob, jobLog, kubectl } from '../testing/kubectl.ts';
import { httpReply } from '../testing/httpRequest.ts';
import { run } from '../system/run.ts';
import { up } from '../up.ts';

/* Registries and git servers as real clients see them, on a cluster of its own. */

const name = 'check-services';
let cluster: ClusterState;
let folder: string;

before(async () => {
  await down(name);
  cluster = await up(name);
  folder = await mkdtemp(join(tmpdir(), 'buildog-test-'));
});

after(async () => {
  await down(name, { forget: true });
  await rm(folder, { recursive: true, force: true });
});

/** Starts an upload, and answers with the status. */
async function startUpload(
  registry: { scheme: string; host: string; caFile?: string },
  headers: Record<string, string>,
) {
  const url = `${registry.scheme}://${registry.host}/v2/team-a/x/blobs/uploads/`;
  return httpReply(url, { method: 'POST', caFile: registry.caFile, headers });
}

const basic = (username: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString(
    'base64',
  )}`,
});

describe('a push needs a credential', () => {
  for (const kind of ['plain', 'tls'] as const) {
    test(`${kind}: none is refused with a Basic challenge, a wrong one too, the right one may`, async () => {
      const registry = cluster.registries[kind];
      const none = await startUpload(registry, {});
      assert.equal(none.status, 401);
      assert.match(String(none.headers['www-authenticate']), /^Basic /);
      assert.equal(
        (await startUpload(registry, basic(registry.username, 'wrong'))).status,
        401,
      );
      const right = await startUpload(
        registry,
        basic(registry.username, registry.password),
      );
      assert.equal(right.status, 202);
      assert.match(
        String(right.headers.location),
        /^\/v2\/team-a\/x\/blobs\/uploads\//,
      );
    });
  }

  test('token: none is refused with a Bearer challenge that names realm, service and scope', async () => {
    const { token } = cluster.registries;
    const none = await startUpload(token, {});
    assert.equal(none.status, 401);
    const challenge = String(none.headers['www-authenticate']);
    assert.ok(
      challenge.startsWith(
        `Bearer realm="${token.realm}",service="${token.service}",scope="`,
      ),
      challenge,
    );
    const scope = /scope="repository:team-a\/x:([a-z,]+)"$/.exec(
      challenge,
    )?.[1];
    assert.deepEqual(scope?.split(',').sort(), ['pull', 'push']);
    assert.equal(
      (await startUpload(token, basic('pusher', token.password))).status,
      401,
    );
  });
});

describe('Bearer scopes', () => {
  async function tokenFor(
    user: string | undefined,
    scope: string,
  ): Promise<string> {
    const { token } = cluster.registries;
    const url = `${token.realm}?service=${
      token.service
    }&scope=${encodeURIComponent(scope)}`;
    const auth = user && `${user}:${token.users[user].password}`;
    return (
      JSON.parse(
        (await httpReply(url, { caFile: token.caFile, auth })).body,
      ) as { token: string }
    ).token;
  }

  for (const [user, scope, expected] of [
    ['pusher', 'repository:team-a/x:pull,push', 202],
    ['team-a', 'repository:team-a/x:pull,push', 202],
    ['team-a', 'repository:team-a/x:pull', 401], // its own repository, but a push was not asked for
    ['team-a', 'repository:team-b/x:pull,push', 401],
    ['reader', 'repository:team-a/x:pull,push', 401],
    [undefined, 'repository:team-a/x:pull,push', 401],
  ] as const) {
    test(`${
      user ?? 'nobody'
    } with ${scope} starts an upload to team-a/x: ${expected}`, async () => {
      const authorization = `Bearer ${await tokenFor(user, scope)}`;
      assert.equal(
        (await startUpload(cluster.registries.token, { authorization })).status,
        expected,
      );
    });
  }

  test('a wrong password is refused by the token server', async () => {
    const { realm, caFile } = cluster.registries.token;
    assert.equal(
      (await httpReply(realm, { caFile, auth: 'pusher:wrong' })).status,
      401,
    );
    assert.equal(
      (await httpReply(realm, { caFile, auth: '__proto__:x' })).status,
      401,
    );
  });
});

describe('skopeo and pods', () => {
  const copy = (
    to: string,
    credential: string | undefined,
    extra: string[] = [],
  ) =>
    run('skopeo', [
      ...[
        '--insecure-policy',
        'copy',
        '--quiet',
        '--src-tls-verify=false',
        ...extra,
      ],
      ...(credential ? ['--dest-creds', credential] : ['--dest-no-creds']),
      ...[`docker://${cluster.images.busybox}`, `docker://${to}`],
    ]);

  test('copy an image to all three registries, and only with a credential', async () => {
    const { plain, tls, token } = cluster.registries;
    const unchecked = ['--dest-tls-verify=false'];
    await assert.rejects(
      copy(`${plain.host}/a:1`, undefined, unchecked),
      /unauthorized/,
    );
    await copy(
      `${plain.host}/a:1`,
      `${plain.username}:${plain.password}`,
      unchecked,
    );
    await assert.rejects(
      copy(`${tls.host}/a:1`, undefined, unchecked),
      /authentication required|unauthorized/i,
    );
    await copy(`${tls.host}/a:1`, `${tls.username}:${tls.password}`, unchecked);
    const teamA = `team-a:${token.users['team-a'].password}`;
    await assert.rejects(
      copy(`${token.host}/team-b/a:1`, teamA, unchecked),
      /denied|unauthorized|authentication required/i,
    );
    await copy(`${token.host}/team-a/a:1`, teamA, unchecked);
    await copy(
      `${token.host}/public/a:1`,
      `pusher:${token.password}`,
      unchecked,
    );
  });

  test('a pod runs an image that anybody may pull from the TLS registry with tokens', async () => {
    await createJob(
      cluster,
      'public',
      `${cluster.registries.token.host}/public/a:1`,
      ['echo', 'pulled'],
    );
    assert.equal(await jobLog(cluster, 'public'), 'pulled\n');
  });

  test('a pod runs a private image with an imagePullSecret, and not without', async () => {
    const { host, username, password } = cluster.registries.tls;
    const credentials = [
      `--docker-server=${host}`,
      `--docker-username=${username}`,
      `--docker-password=${password}`,
    ];
    await kubectl(cluster, [
      'create',
      'secret',
      'docker-registry',
      'pull',
      ...credentials,
    ]);
    await createJob(cluster, 'without', `${host}/a:1`, ['echo', 'pulled']);
    const reason =
      'jsonpath={.status.containerStatuses[0].state.waiting.reason}';
    await kubectl(cluster, [
      'wait',
      `--for=${reason}=ErrImagePull`,
      'pod',
      '-l',
      'app=without',
      '--timeout=30s',
    ]);
    await createJob(cluster, 'with', `${host}/a:1`, ['echo', 'pulled'], {
      imagePullSecrets: [{ name: 'pull' }],
    });
    assert.equal(await jobLog(cluster, 'with'), 'pulled\n');
  });
});

describe('git', () => {
  const { GIT_SSL_CAINFO: _, ...environment } = process.env;
  const git = (args: string[], env: Record<string, string> = {}) =>
    run('git', args, {
      env: {
        ...(environment as Record<string, string>),
        GIT_TERMINAL_PROMPT: '0',
        GIT_SSL_CAINFO: cluster.git.caFile,
        ...env,
      },
      cwd: folder,
    });
  const withPassword = (url: string) =>
    url.replace('://', `://${cluster.git.username}:${cluster.git.password}@`);
  const ssh = () => ({
    GIT_SSH_COMMAND: `ssh -i ${cluster.git.sshKeyFile} -o IdentitiesOnly=yes -o UserKnownHostsFile=${cluster.git.sshKnownHosts}`,
  });
  const head = /^[0-9a-f]{40}\tHEAD$/m;

  test('anybody reads the public repository, over http and https', async () => {
    assert.match(
      await git(['ls-remote', `${cluster.git.httpUrl}/demo/hello.git`]),
      head,
    );
    assert.match(
      await git(['ls-remote', `${cluster.git.httpsUrl}/demo/hello.git`]),
      head,
    );
  });

  test('the private repository needs the password', async () => {
    const url = `${cluster.git.httpUrl}/${cluster.git.privateRepository}`;
    await assert.rejects(git(['ls-remote', url]), /could not read Username/);
    await assert.rejects(
      git(['ls-remote', url.replace('://', '://git:wrong@')]),
      /Authentication failed/,
    );
    assert.match(await git(['ls-remote', withPassword(url)]), head);
  });

  test('a commit can be fetched by its SHA alone', async () => {
    const url = `${cluster.git.httpUrl}/demo/hello.git`;
    const [sha] = (await git(['ls-remote', url, 'HEAD'])).split('\t');
    await git(['init', '--quiet', 'by-sha']);
    await git(['-C', 'by-sha', 'fetch', '--quiet', '--depth=1', url, sha]);
    assert.equal(
      (await git(['-C', 'by-sha', 'rev-parse', 'FETCH_HEAD'])).trim(),
      sha,
    );
  });

  test('a push needs the password, and makes the repository', async () => {
    await git([
      'clone',
      '--quiet',
      `${cluster.git.httpUrl}/demo/hello.git`,
      'work',
    ]);
    const url = `${cluster.git.httpUrl}/demo/pushed.git`;
    await assert.rejects(
      git(['-C', 'work', 'push', '--quiet', url, 'main']),
      /could not read Username/,
    );
    await git(['-C', 'work', 'push', '--quiet', withPassword(url), 'main']);
    assert.match(await git(['ls-remote', url]), /refs\/heads\/main/);
  });

  test('ssh serves git with the key, and nothing else', async () => {
    const url = `${cluster.git.sshUrl}/${cluster.git.privateRepository}`;
    assert.match(await git(['ls-remote', url], ssh()), head);
    const [program, ...args] = ssh().GIT_SSH_COMMAND.split(' ');
    const host = new URL(cluster.git.sshUrl);
    const target = ['-p', host.port, `git@${host.hostname}`];
    await assert.rejects(
      run(program, [...args, ...target, 'id']),
      /this server speaks git only/,
    );
    const noKey = [
      '-o',
      'IdentitiesOnly=yes',
      '-i',
      '/dev/null',
      '-o',
      `UserKnownHostsFile=${cluster.git.sshKnownHosts}`,
    ];
    await assert.rejects(
      run(program, [...noKey, '-o', 'BatchMode=yes', ...target, 'id']),
      /Permission denied/,
    );
  });
});
