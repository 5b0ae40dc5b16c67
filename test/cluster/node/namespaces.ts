import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterPaths } from '../paths.ts';
import { childProcesses } from '../system/childProcess.ts';
import {
  type ProcessRecord,
  readRunningProcess,
  recordProcess,
  removeProcessRecord,
  signalProcess,
  writeProcessRecord,
} from '../system/processRecord.ts';
import { run } from '../system/run.ts';
import { waitFor } from '../system/waitFor.ts';

/*
 * A cluster lives in a process, a mount and a network namespace of its own. The
 * first process of the process namespace, the anchor, does nothing but reap
 * orphans. When it is killed the kernel ends every other process in there (pods
 * and all), and with them go the mounts: that is what makes `down` complete, and
 * why only one process ever has to be found and stopped.
 */

const anchorFile = (paths: ClusterPaths) => join(paths.records, 'anchor.json');

/** The anchor of a cluster when it runs. */
export function findAnchor(
  paths: ClusterPaths,
): Promise<ProcessRecord | undefined> {
  return readRunningProcess(anchorFile(paths));
}

/** Starts the anchor in the network namespace `netns` and lays out what programs find in there. */
export async function createNamespaces(
  paths: ClusterPaths,
  netns: string,
): Promise<ProcessRecord> {
  const outer = spawn(
    'nsenter',
    [
      `--net=/run/netns/${netns}`,
      ...[
        'unshare',
        '--mount',
        '--pid',
        '--fork',
        '--mount-proc',
        '--propagation=slave',
      ],
      // With SIGCHLD ignored the kernel reaps whatever is handed to this process.
      ...['env', '--ignore-signal=CHLD', 'sleep', 'infinity'],
    ],
    { detached: true, stdio: 'ignore', cwd: '/' },
  );
  outer.unref();
  const anchor = await waitFor(
    'the first process of the namespace',
    () => {
      const child =
        outer.pid === undefined ? undefined : childProcesses(outer.pid)[0];
      return child === undefined ? undefined : recordProcess(child);
    },
    { interval: 5 },
  );
  await writeProcessRecord(anchorFile(paths), anchor);
  await waitFor(
    'the mounts of the namespace',
    () => run('nsenter', enter(anchor, ['mountpoint', '/proc'])),
    {
      interval: 5,
    },
  );
  await layOutMounts(paths, anchor);
  return anchor;
}

/** The arguments of `nsenter` that run a command in the namespaces of `anchor`. */
export function enter(
  anchor: ProcessRecord,
  command: readonly string[],
): string[] {
  return [
    '--target',
    String(anchor.pid),
    '--mount',
    '--pid',
    '--net',
    ...command,
  ];
}

/** Ends every process and mount of the cluster. Does nothing when the anchor does not run. */
export async function destroyNamespaces(paths: ClusterPaths): Promise<void> {
  const anchor = await findAnchor(paths);
  if (anchor) {
    signalProcess(anchor, 'SIGKILL');
    await waitFor(
      'the end of all processes of the cluster',
      () => recordProcess(anchor.pid) === undefined,
      {
        interval: 10,
      },
    );
  }
  await removeProcessRecord(anchorFile(paths));
}

/**
 * Programs have folders compiled in that a second cluster, or a real kubelet on
 * this machine, would share: each cluster gets its own in their place.
 */
async function layOutMounts(
  paths: ClusterPaths,
  anchor: ProcessRecord,
): Promise<void> {
  const inside = (...command: string[]) =>
    run('nsenter', enter(anchor, command));
  await inside('mount', '--make-rshared', '/');
  await inside('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run');
  for (const [folder, place] of [
    ['kubelet', '/var/lib/kubelet'],
    ['containers-log', '/var/log/containers'],
  ]) {
    const source = join(paths.run, folder);
    await mkdir(source, { recursive: true });
    if (!existsSync(place)) await mkdir(place, { recursive: true });
    await inside('mount', '--bind', source, place);
  }
  await inside('mkdir', '-p', '/run/netns', '/run/sshd', '/run/lock');
  const passwd = join(paths.run, 'passwd');
  await writeFile(passwd, await passwdWithGitUser());
  await inside('mount', '--bind', passwd, '/etc/passwd');
}

/** The ssh server logs people in as `git`, a name that only the namespace knows. */
async function passwdWithGitUser(): Promise<string> {
  const lines = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('git:'));
  return [...lines, 'git:x:0:0::/:/bin/sh', ''].join('\n');
}
