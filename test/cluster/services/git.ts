import {
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  writeFile,
} from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterIdentity } from '../clusterIdentity.ts';
import type { ClusterPaths } from '../paths.ts';
import type { DaemonSpec } from '../system/daemon.ts';
import { run } from '../system/run.ts';
import { ports } from './ports.ts';

/** The user of the git server, over http. */
export const gitUser = 'git';
/** A repository that nobody reads without the password. */
export const privateRepository = 'private/secret.git';

/** Where the bare repositories lie. */
export const repositoriesFolder = (paths: ClusterPaths) =>
  join(paths.run, 'git');

const fixtures = join(import.meta.dirname, '..', 'fixtures', 'repositories');

/** Makes the committed repositories, writes what the git servers read, and says how they are started. */
export async function gitServers(
  paths: ClusterPaths,
  nodeAddress: string,
  identity: ClusterIdentity,
  baseImage: string,
): Promise<DaemonSpec[]> {
  const repositories = repositoriesFolder(paths);
  await mkdir(repositories, { recursive: true });
  for (const group of await readdir(fixtures)) {
    for (const name of await readdir(join(fixtures, group))) {
      await createRepository(
        join(fixtures, group, name),
        join(repositories, group, `${name}.git`),
        baseImage,
      );
    }
  }
  const settings = join(paths.config, 'git-server.json');
  const owner = { username: gitUser, password: identity.passwords.git };
  const tls = {
    certificate: join(paths.pki, 'services.crt'),
    key: join(paths.pki, 'services.key'),
  };
  await writeFile(settings, JSON.stringify({ repositories, owner, ...tls }), {
    mode: 0o600,
  });
  return [
    {
      name: 'git-server',
      command: [
        process.execPath,
        '--no-warnings',
        join(import.meta.dirname, 'gitServer.ts'),
        nodeAddress,
        settings,
      ],
    },
    await sshServer(paths, nodeAddress, repositories),
  ];
}

async function sshServer(
  paths: ClusterPaths,
  nodeAddress: string,
  repositories: string,
): Promise<DaemonSpec> {
  const authorized = join(paths.config, 'authorized_keys');
  await copyFile(join(paths.pki, 'ssh-user-key.pub'), authorized);
  const hostKey = (
    await readFile(join(paths.pki, 'ssh-host-key.pub'), 'utf8')
  ).trim();
  await writeFile(
    sshKnownHosts(paths),
    `[${nodeAddress}]:${ports.ssh} ${hostKey}\n`,
  );
  const file = join(paths.config, 'sshd_config');
  const command = [
    process.execPath,
    '--no-warnings',
    join(import.meta.dirname, 'sshGit.ts'),
    repositories,
  ];
  const lines = [
    `ListenAddress ${nodeAddress}:${ports.ssh}`,
    `HostKey ${join(paths.pki, 'ssh-host-key')}`,
    `AuthorizedKeysFile ${authorized}`,
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'StrictModes no',
    'AllowUsers git',
    'DisableForwarding yes',
    'PermitTTY no',
    'PidFile none',
    'AcceptEnv GIT_PROTOCOL',
    `ForceCommand ${command.join(' ')}`,
    '',
  ];
  await writeFile(file, lines.join('\n'));
  return {
    name: 'ssh-server',
    command: ['/usr/sbin/sshd', '-D', '-e', '-f', file],
  };
}

/** The file that says which key the ssh server has. */
export const sshKnownHosts = (paths: ClusterPaths) =>
  join(paths.config, 'ssh_known_hosts');

/**
 * One commit with the files of `source`. Time and author are fixed, so that the
 * same files give the same SHA in every cluster with the same addresses.
 * `BASE_IMAGE` in a Dockerfile becomes the reference of the busybox image.
 */
async function createRepository(
  source: string,
  repository: string,
  baseImage: string,
): Promise<void> {
  if (existsSync(repository)) return; // tests may have pushed to it
  const work = await mkdtemp(join(tmpdir(), 'buildog-git-'));
  const env = {
    ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    ...{
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
    },
    ...{
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.com',
      GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
    },
  };
  const git = (...args: string[]) => run('git', ['-C', work, ...args], { env });
  try {
    await cp(source, work, { recursive: true });
    const dockerfile = join(work, 'Dockerfile');
    const text = await readFile(dockerfile, 'utf8').catch(() => undefined);
    if (text !== undefined)
      await writeFile(dockerfile, text.replaceAll('BASE_IMAGE', baseImage));
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '--message=Begin');
    await run(
      'git',
      ['clone', '--quiet', '--bare', '--no-hardlinks', work, repository],
      { env },
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
