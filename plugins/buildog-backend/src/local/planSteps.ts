import { join } from 'node:path';
import type { LocalBuild, PreparedJob } from '@buildog/plugin-buildog-node';
import { SYSTEM_PATH } from './sandbox/findProgram';
import { devicePaths } from './sandbox/machinePaths';
import type { MachinePaths } from './sandbox/machinePaths';
import type { AttemptFolder } from './state/AttemptFolder';
import type { StepLimits, StepMount, StepSpec } from './state/AttemptSpec';

/** How steps of this machine are made. */
export interface StepSettings {
  /** The agent's command line, to which the program's name is added. */
  agent: readonly string[];
  machine: MachinePaths;
  /** Node and our packages. */
  programs: readonly StepMount[];
  /** Kept from build to build, at `/buildog/cache`. */
  cacheFolder: string;
  limits: StepLimits;
}

/** The name of a scheduler's process, where it names no container. */
export function buildStepName(job: PreparedJob): string {
  return job.build.containers[0]?.name ?? 'build';
}

/**
 * The steps of a job with what each sees of the machine and of the attempt:
 * the folders that the containers of a pod have, in the same places. Pure but
 * for a look at which paths there are.
 */
export function planSteps(
  job: PreparedJob,
  build: LocalBuild,
  folder: AttemptFolder,
  settings: StepSettings,
): StepSpec[] {
  const step = (
    name: string,
    command: string[],
    env: Record<string, string>,
    mounts: StepMount[],
    limits: StepLimits = {},
  ): StepSpec => ({
    name,
    command,
    env: { PATH: SYSTEM_PATH, HOME: '/tmp', ...env },
    mounts: [
      // First: programs may lie below /tmp.
      mount(folder.step(name, 'tmp'), '/tmp'),
      ...settings.machine.mounts,
      ...settings.programs,
      ...devicePaths(),
      mount(folder.step(name, 'termination-log'), '/dev/termination-log'),
      ...mounts,
    ],
    links: settings.machine.links,
    limits,
    privileged: name === buildStepName(job),
  });
  const agent = (program: 'init' | 'publish', mounts: StepMount[]) =>
    step(program, [...settings.agent, program], {}, [
      mount(folder.step(program, 'input'), '/buildog/input', true),
      mount(folder.step(program, 'credentials'), '/buildog/credentials', true),
      ...mounts,
    ]);
  const workspace = mount(folder.work('workspace'), '/buildog/workspace');
  const { folders = [], readOnlyPaths = [] } = build;
  const name = buildStepName(job);
  return [
    agent('init', [workspace]),
    step(
      name,
      [build.command, ...build.args],
      // Where the specification of base directories puts what may be lost.
      { XDG_CACHE_HOME: '/buildog/cache', ...build.env },
      [
        workspace,
        mount(folder.work('output'), '/buildog/output'),
        mount(folder.work('scratch'), '/buildog/scratch'),
        mount(folder.step(name, 'files'), '/buildog/files', true),
        mount(settings.cacheFolder, '/buildog/cache'),
        // Control groups for the steps of the Dockerfile.
        { ...mount('/sys', '/sys'), recursive: true },
        ...folders.map(path => mount(path, path)),
        ...readOnlyPaths.map(path => mount(path, path, true)),
      ],
      limitsOf(job, settings.limits),
    ),
    agent('publish', [mount(folder.work('output'), '/buildog/output', true)]),
  ];
}

function limitsOf(
  { resources }: PreparedJob,
  { memoryBytes, processes }: StepLimits,
): StepLimits {
  return {
    memoryBytes: Math.min(memoryBytes ?? Infinity, resources.memoryBytes),
    ...(processes && { processes }),
    fileBytes: resources.ephemeralStorageBytes,
  };
}

function mount(source: string, target: string, readOnly = false): StepMount {
  return { source: source.replace(/\/$/, ''), target: join(target), readOnly };
}
