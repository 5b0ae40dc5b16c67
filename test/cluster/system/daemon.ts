import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { enter } from '../node/namespaces.ts';
import type { ClusterPaths } from '../paths.ts';
import { childProcesses } from './childProcess.ts';
import {
  type ProcessRecord,
  readRunningProcess,
  recordProcess,
  removeProcessRecord,
  signalProcess,
  writeProcessRecord,
} from './processRecord.ts';
import { waitFor } from './waitFor.ts';

/** A program that runs as long as the cluster does. */
export type DaemonSpec = {
  name: string;
  command: readonly string[];
  env?: Record<string, string>;
  /** Where it starts; unix sockets are named relative to it, since their paths may have 107 bytes only. */
  cwd?: string;
  /** True for the few that belong to this machine's side of a relay. */
  onHost?: boolean;
  /** What it can't start without: it would end at once instead of waiting. */
  after?: 'containerd' | 'kube-apiserver';
};

const recordFile = (paths: ClusterPaths, name: string) =>
  join(paths.records, 'daemons', `${name}.json`);
const logFile = (paths: ClusterPaths, name: string) =>
  join(paths.logs, `${name}.log`);

/** The names of all daemons that were started, whether they run or not. */
export async function startedDaemons(paths: ClusterPaths): Promise<string[]> {
  const files = await readdir(join(paths.records, 'daemons')).catch(() => []);
  return files.map(file => file.replace(/\.json$/, '')).sort();
}

/** The running process of a daemon. */
export function findDaemon(
  paths: ClusterPaths,
  name: string,
): Promise<ProcessRecord | undefined> {
  return readRunningProcess(recordFile(paths, name));
}

/** Starts a daemon unless it runs. Its output is appended to `logs/NAME.log`. */
export async function startDaemon(
  paths: ClusterPaths,
  anchor: ProcessRecord,
  spec: DaemonSpec,
): Promise<void> {
  if (await findDaemon(paths, spec.name)) return;
  await mkdir(paths.logs, { recursive: true });
  const log = openSync(logFile(paths, spec.name), 'a');
  const cwd = spec.cwd ?? '/';
  const [program, ...args] = spec.onHost
    ? spec.command
    : ['nsenter', ...enter(anchor, [`--wd=${cwd}`, ...spec.command])];
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', log, log],
    cwd,
    env: { ...process.env, ...spec.env },
  });
  closeSync(log);
  child.unref();
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const outer = child.pid as number;
  const record = await waitFor(
    `the start of ${spec.name}`,
    () => recordProcess(spec.onHost ? outer : insidePid(outer)),
    {
      interval: 5,
      timeout: 10_000,
    },
  ).catch(async error => {
    throw new Error(await explain(paths, spec.name, 'did not start'), {
      cause: error,
    });
  });
  await writeProcessRecord(recordFile(paths, spec.name), record);
}

/** Ends a daemon at once (`SIGKILL`) and waits until it is gone. Does nothing when it does not run. */
export async function stopDaemon(
  paths: ClusterPaths,
  name: string,
): Promise<void> {
  const record = await findDaemon(paths, name);
  if (record) {
    signalProcess(record, 'SIGKILL');
    await waitFor(
      `the end of ${name}`,
      () => recordProcess(record.pid)?.startTime !== record.startTime,
      { interval: 5 },
    );
  }
  await removeProcessRecord(recordFile(paths, name));
}

/** Waits until `ready` says so; gives up at once, with the end of its log, when the daemon has ended. */
export async function waitForDaemon(
  paths: ClusterPaths,
  name: string,
  ready: () => Promise<boolean>,
  timeout = 60_000,
): Promise<void> {
  let ended = false;
  try {
    await waitFor(
      `${name} is ready`,
      async () => {
        if (!(await findDaemon(paths, name))) {
          ended = true;
          return true;
        }
        return ready();
      },
      { timeout },
    );
  } catch (error) {
    throw new Error(
      await explain(paths, name, `is not ready after ${timeout / 1000} s`),
      { cause: error },
    );
  }
  if (ended) throw new Error(await explain(paths, name, 'has ended'));
}

async function explain(
  paths: ClusterPaths,
  name: string,
  what: string,
): Promise<string> {
  const log = await readFile(logFile(paths, name), 'utf8').catch(() => '');
  return `${name} ${what}; the end of ${logFile(paths, name)}:\n${log
    .trim()
    .split('\n')
    .slice(-12)
    .join('\n')}`;
}

/** `nsenter` waits outside as the parent of the program, which alone is inside. */
function insidePid(outer: number): number {
  return childProcesses(outer)[0] ?? -1;
}
