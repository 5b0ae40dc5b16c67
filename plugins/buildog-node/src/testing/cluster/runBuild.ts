import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildLogEvent } from '../../scheduler/BuildLogParser';
import type {
  BuildScheduler,
  SchedulerTask,
} from '../../scheduler/BuildScheduler';
import { schedulerTask, workspaceLayout } from '../schedulerTask';
import type { ClusterUnderTest } from './clusterUnderTest';
import type { Kubectl } from './Kubectl';
import { OciLayoutCopy } from './OciLayoutCopy';
import { buildPod } from './buildPod';

/** Copies of layouts on this machine, to be removed. */
const folders: string[] = [];

/** How a build ended on the cluster. */
export interface BuildOutcome {
  /** Exit code of the container `build`. */
  exitCode: number;
  events: BuildLogEvent[];
  /** Output of the container `build`. */
  log: string;
  /** Present when the build succeeded. Read as the user that `publish` runs as. */
  layout?: OciLayoutCopy;
}

/** One build of a suite. */
export interface BuildRun {
  /** Of the pod; a DNS label. */
  name: string;
  /** File name to content. They lie in the folder `app` of the source. */
  source: Record<string, string>;
  overrides: Partial<SchedulerTask>;
  /** False: in a user namespace of its own, where the build says it can. */
  hostUsers: boolean;
}

/** Prepares a build of the Dockerfile `app/Dockerfile` and runs it to its end. */
export async function runBuild<TSettings>(
  kubectl: Kubectl,
  cluster: ClusterUnderTest,
  scheduler: BuildScheduler<TSettings>,
  settings: TSettings,
  run: BuildRun,
): Promise<BuildOutcome> {
  const { name } = run;
  const task = schedulerTask({
    dockerfile: 'app/Dockerfile',
    context: 'app',
    buildArgs: {},
    labels: {},
    ...run.overrides,
  });
  const build = scheduler.prepare(task, workspaceLayout(), settings);
  const objects = buildPod(run, build, cluster.images.busybox);
  await kubectl.apply({ apiVersion: 'v1', kind: 'List', items: objects });
  const phase = await kubectl.waitForPhase(name, ['Running', 'Failed']);
  const log = (await kubectl.run(['logs', name, '-c', 'build'])).toString();
  const parser = scheduler.createLogParser();
  const outcome: BuildOutcome = {
    exitCode: await exitCode(kubectl, name),
    log,
    events: log.split('\n').map(line => parser.readLine(line)),
  };
  if (phase === 'Running') {
    const path = build.output.path;
    const archive = await kubectl.run([
      'exec',
      name,
      '-c',
      'publish',
      '--',
      'tar',
      '-c',
      '-C',
      path,
      '.',
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'buildog-layout-'));
    folders.push(folder);
    outcome.layout = await OciLayoutCopy.unpack(archive, folder);
  }
  await kubectl.run(['delete', 'pod', name, '--wait=false']);
  return outcome;
}

/** Removes the layouts that were copied to this machine. */
export async function removeCopies(): Promise<void> {
  await Promise.all(
    folders.splice(0).map(folder => rm(folder, { recursive: true })),
  );
}

async function exitCode(kubectl: Kubectl, pod: string): Promise<number> {
  const status = await kubectl.run([
    'get',
    'pod',
    pod,
    '-o',
    'jsonpath={.status.initContainerStatuses[?(@.name=="build")].state.terminated.exitCode}',
  ]);
  return Number(status.toString() || NaN);
}
