import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackDebian } from '../../cluster/images/debianRoot.ts';
import {
  addBusybox,
  addUsers,
  type ImageName,
  imageRecipes,
} from '../../cluster/images/imageRecipes.ts';
import { run } from '../../cluster/system/run.ts';
import type { Base } from './Base.ts';
import { addGo } from './addGo.ts';
import { addJava } from './addJava.ts';
import { richLayers } from './richLayers.ts';

const path =
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Debian packages, with busybox for whatever command they do not bring. */
const debian =
  (...packages: string[]) =>
  async (root: string) => {
    await unpackDebian(root, packages);
    await addMountPoints(root);
    await addBusybox(root);
    await addUsers(root);
  };

/** An image that the test cluster makes as well. */
function ofCluster(name: ImageName): Base {
  const { key, layers, config } = imageRecipes.find(r => r.name === name)!;
  return { name, key: `${key}-2`, layers: [...layers, addMountPoints], config };
}

/** What every base from elsewhere has: without them, who runs a step must make them. */
async function addMountPoints(root: string): Promise<void> {
  for (const folder of ['dev', 'proc', 'sys', 'run'])
    await mkdir(join(root, folder), { recursive: true });
}

/** Every base that is made for the corpus, except those of several platforms. */
export const bases: readonly Base[] = [
  ofCluster('busybox'),
  ofCluster('node'),
  {
    name: 'debian',
    key: '4',
    layers: [
      async root => {
        await debian('bash', 'coreutils', 'libcap2-bin', 'attr')(root);
        // Where it says that it is bash, as SHELL cases want it.
        await rm(join(root, 'usr/bin/sh'), { force: true });
        await run('ln', ['-s', 'bash', join(root, 'usr/bin/sh')]);
      },
    ],
    config: { Cmd: ['bash'], Env: [path] },
  },
  {
    name: 'rich',
    key: '4',
    layers: richLayers,
    config: {
      Cmd: ['sh'],
      Entrypoint: ['/bin/env'],
      Env: [path, 'FROM_BASE=yes', 'EMPTY='],
      WorkingDir: '/srv/app',
      User: '1000:1000',
      Labels: { 'base.label': 'kept', 'base.changed': 'before' },
      ExposedPorts: { '80/tcp': {} },
      Volumes: { '/srv/data': {} },
      StopSignal: 'SIGUSR1',
    },
  },
  {
    name: 'onbuild',
    key: '4',
    layers: [addBusybox],
    config: {
      Env: [path],
      OnBuild: ['COPY app.txt /app/', 'RUN echo built > /app/built'],
    },
  },
  {
    name: 'go',
    key: '4',
    layers: [addBusybox, addUsers, addMountPoints, addGo],
    config: { Env: [`${path}:/usr/local/go/bin`, 'GOTOOLCHAIN=local'] },
  },
  {
    name: 'python',
    key: '4',
    layers: [debian('python3')],
    config: { Cmd: ['python3'], Env: [path] },
  },
  {
    name: 'java',
    key: '4',
    layers: [debian('libc6', 'zlib1g', 'libstdc++6'), addJava],
    config: { Env: [`${path}:/opt/java/bin`, 'JAVA_HOME=/opt/java'] },
  },
  {
    name: 'nginx',
    key: '4',
    layers: [
      async root => {
        await debian('nginx')(root);
        await mkdir(join(root, 'var/log/nginx'), { recursive: true });
        await mkdir(join(root, 'run'), { recursive: true });
      },
    ],
    config: { Cmd: ['nginx', '-g', 'daemon off;'], Env: [path] },
  },
  {
    name: 'c',
    key: '4',
    layers: [debian('tcc', 'libc6-dev')],
    config: { Env: [path] },
  },
];

/** The image of one architecture in `base/multi`: a file that says which, and nothing to run. */
export function otherArchitecture(architecture: string): Base {
  return {
    name: `multi-${architecture}`,
    key: '4',
    architecture,
    layers: [
      root => writeFile(join(root, 'architecture'), `${architecture}\n`),
    ],
    config: { Env: [path, `ARCHITECTURE=${architecture}`] },
  };
}
