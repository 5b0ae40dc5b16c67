import { execFileSync } from 'node:child_process';
import {
  chmod,
  copyFile,
  mkdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { programPath } from '../programs/buildPrograms.ts';
import { run } from '../system/run.ts';
import { unpackDebian } from './debianRoot.ts';
import type { ImageConfig } from './ociLayout.ts';

/** How one image is made: each entry of `layers` fills an empty folder. */
export type ImageRecipe = {
  name: ImageName;
  /** Changes whenever the image must be made anew. */
  key: string;
  layers: readonly ((root: string) => Promise<void>)[];
  config: ImageConfig;
};

export type ImageName = 'pause' | 'busybox' | 'node' | 'agentBase' | 'buildah';

const path =
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const nodeKey = process.version;

/** Every image that is made without kaniko, the smallest first. Agent base and node share their top layer. */
export const imageRecipes: readonly ImageRecipe[] = [
  {
    name: 'pause',
    key: '1',
    layers: [root => copyProgram(programPath('pause'), join(root, 'pause'))],
    config: { Entrypoint: ['/pause'], User: '65535:65535' },
  },
  {
    name: 'busybox',
    key: '1',
    layers: [
      async root => {
        await addBusybox(root);
        await addUsers(root);
      },
    ],
    config: { Cmd: ['sh'], Env: [path] },
  },
  {
    name: 'node',
    key: `${nodeKey}-2`,
    layers: [
      async root => {
        await unpackDebian(root, ['libstdc++6', 'libc6']);
        await addBusybox(root);
        await addUsers(root);
      },
      addNode,
    ],
    config: { Cmd: ['node'], Env: [path] },
  },
  {
    name: 'agentBase',
    key: `${nodeKey}-2`,
    layers: [
      async root => {
        await unpackDebian(root, [
          'git',
          'openssh-client',
          'libstdc++6',
          'libc6',
        ]);
        await removeServerSide(root);
        await addBusybox(root);
        await addUsers(root);
        await addCertificates(join(root, 'etc/ssl/certs/ca-certificates.crt'));
      },
      addNode,
    ],
    config: { Cmd: ['node'], Env: [path] },
  },
  {
    name: 'buildah',
    key: '1.28-2',
    layers: [
      async root => {
        await unpackDebian(root, ['buildah', 'uidmap', 'libc6']);
        await addBusybox(root);
        await addUsers(root);
        await addCertificates(join(root, 'etc/ssl/certs/ca-certificates.crt'));
        await configureBuildah(root);
      },
    ],
    config: {
      Entrypoint: ['buildah'],
      Env: [path, 'BUILDAH_ISOLATION=chroot', 'STORAGE_DRIVER=vfs'],
    },
  },
];

/** Copies a program and makes it executable. */
export async function copyProgram(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, 0o755);
}

/** The certificates of the public authorities, as this machine has them. */
export async function addCertificates(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await copyFile('/etc/ssl/certs/ca-certificates.crt', file);
}

/** Parts of git and ssh that fetch nothing: a third of what is in an agent's image besides Node. */
async function removeServerSide(root: string): Promise<void> {
  const core = ['http-push', 'http-fetch', 'imap-send', 'daemon', 'shell'];
  const files = [
    ...core.map(name => `usr/lib/git-core/git-${name}`),
    ...['usr/lib/git-core/scalar', 'usr/bin/scalar', 'usr/bin/git-shell'],
    ...['usr/lib/openssh', 'usr/bin/ssh-keyscan', 'usr/bin/ssh-agent'],
    ...['usr/bin/ssh-add', 'usr/bin/sftp', 'usr/bin/scp'],
  ];
  for (const file of files) {
    await rm(join(root, file), { recursive: true, force: true });
  }
  // git-core holds a second copy of git itself.
  await rm(join(root, 'usr/lib/git-core/git'), { force: true });
  await symlink('../../bin/git', join(root, 'usr/lib/git-core/git'));
}

async function addNode(root: string): Promise<void> {
  await copyProgram(process.execPath, join(root, 'usr/local/bin/node'));
}

/** One static busybox under all its names, except those that a package brought. */
export async function addBusybox(root: string): Promise<void> {
  const bin = join(root, 'bin');
  await mkdir(bin, { recursive: true });
  await copyProgram('/bin/busybox', join(bin, 'busybox'));
  const names = execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  for (const name of names) {
    if (name !== 'busybox')
      await symlink('busybox', join(bin, name)).catch(ignoreExisting);
  }
}

/** Users by name: git and ssh refuse to run as one that has none. */
export async function addUsers(root: string): Promise<void> {
  await mkdir(join(root, 'etc'), { recursive: true });
  for (const folder of [
    'tmp',
    'var/tmp',
    'root',
    'home/buildog',
    'workspace',
  ]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  for (const folder of ['tmp', 'var/tmp', 'home/buildog', 'workspace'])
    await chmod(join(root, folder), 0o1777);
  const users = [
    'root:x:0:0:root:/root:/bin/sh',
    'buildog:x:1000:1000::/home/buildog:/bin/sh',
    'nonroot:x:65532:65532::/tmp:/bin/sh',
    'nobody:x:65534:65534:nobody:/nonexistent:/bin/false',
    '',
  ];
  await writeFile(join(root, 'etc/passwd'), users.join('\n'));
  await writeFile(
    join(root, 'etc/group'),
    'root:x:0:\nbuildog:x:1000:\nnonroot:x:65532:\nnogroup:x:65534:\n',
  );
  await writeFile(
    join(root, 'etc/nsswitch.conf'),
    'passwd: files\ngroup: files\nhosts: files dns\n',
  );
}

/** Sub-ids for its users, and the file capabilities that stand in for set-user-id, which a baseline pod hasn't. */
async function configureBuildah(root: string): Promise<void> {
  await writeFile(
    join(root, 'etc/subuid'),
    'root:100000:65536\nbuildog:200000:65536\n',
  );
  await writeFile(
    join(root, 'etc/subgid'),
    'root:100000:65536\nbuildog:200000:65536\n',
  );
  for (const [name, capability] of [
    ['newuidmap', 'cap_setuid+ep'],
    ['newgidmap', 'cap_setgid+ep'],
  ]) {
    const file = join(root, 'usr/bin', name);
    await chmod(file, 0o755);
    await run('setcap', [capability, file]);
  }
  const containers = join(root, 'etc/containers');
  await mkdir(containers, { recursive: true });
  await writeFile(
    join(containers, 'policy.json'),
    '{"default":[{"type":"insecureAcceptAnything"}]}',
  );
  await writeFile(
    join(containers, 'registries.conf'),
    'unqualified-search-registries = []\nshort-name-mode = "enforcing"\n',
  );
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
