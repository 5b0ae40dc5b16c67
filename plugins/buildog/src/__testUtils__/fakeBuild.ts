import type {
  Build,
  BuildPhase,
  BuildTask,
  TaskPhase,
} from '@buildog/plugin-buildog-common';
import { PHASE_BARS, parsePlatform } from '@buildog/plugin-buildog-common';

/** The entity every fake build belongs to unless it says otherwise. */
export const FAKE_ENTITY_REF = 'component:default/payments-api';

const ENDED: BuildPhase[] = [
  'Succeeded',
  'Failed',
  'Rejected',
  'Superseded',
  'Canceled',
];

/** An instant `seconds` before `now`. */
export function ago(seconds: number, now = Date.now()): string {
  return new Date(now - seconds * 1000).toISOString();
}

/** A task with one attempt, unless it waits. */
export function fakeTask(
  id: string,
  variant: string,
  platform: string,
  phase: TaskPhase,
  overrides: Partial<BuildTask> = {},
): BuildTask {
  const started = phase !== 'Waiting';
  return {
    id,
    variant,
    platform: parsePlatform(platform),
    phase,
    maxAttempts: 3,
    totalSteps: 12,
    cachedSteps: 3,
    completedSteps: { Built: 12, Waiting: 0 }[phase as string] ?? 6,
    attempts: started
      ? [
          {
            id: `${id}-1`,
            number: 1,
            phase: phase === 'Building' ? 'Running' : 'Exited',
            cluster: 'prod-eu',
            name: `buildog-${id}-1`,
            createdAt: ago(130),
            startedAt: ago(125),
            finishedAt: phase === 'Building' ? undefined : ago(5),
            containers: ['init', 'build', 'publish'].map(name => ({
              name,
              state: containerState(name, phase),
            })),
          },
        ]
      : [],
    ...overrides,
  };
}

function containerState(name: string, phase: TaskPhase) {
  const building = {
    init: 'Terminated',
    build: 'Running',
    publish: 'Waiting',
  } as const;
  return phase === 'Building'
    ? building[name as keyof typeof building]
    : ('Terminated' as const);
}

/** A build as the API gives it; `number` makes its id. */
export function fakeBuild(
  overrides: Partial<Build> & { number: number },
): Build {
  const phase = overrides.phase ?? 'Succeeded';
  const ended = ENDED.includes(phase);
  const tasks = overrides.tasks ?? [
    fakeTask(
      `t${overrides.number}`,
      'default',
      'linux/amd64',
      phase === 'Succeeded' ? 'Built' : 'Building',
    ),
  ];
  return {
    id: `build-${overrides.number}`,
    kind: 'build',
    entityRef: FAKE_ENTITY_REF,
    ownerRef: 'group:default/team-payments',
    phase,
    trigger: { kind: 'Manual', by: 'user:default/guest' },
    branch: 'main',
    source: {
      type: 'git',
      url: 'https://git.example.com/payments/payments-api.git',
      revision: '3f9c2ae1b2c3d4e5f60718293a4b5c6d7e8f9012',
    },
    subject: 'Retry card capture on 409 conflict',
    image: 'registry.example.com/payments/payments-api',
    digest:
      phase === 'Succeeded' ? `sha256:${'7b1e05c9'.repeat(8)}` : undefined,
    signed: phase === 'Succeeded' ? 'Signed' : 'NotChecked',
    tags: ['v20261120-3f9c2ae1', 'main'],
    variants: [...new Set(tasks.map(task => task.variant))].map(name => ({
      name,
      platforms: tasks
        .filter(task => task.variant === name)
        .map(task => ({
          platform: `${task.platform.os}/${task.platform.architecture}`,
          phase: task.phase,
        })),
    })),
    createdAt: ago(134),
    queuedAt: ago(134),
    startedAt: ago(130),
    finishedAt: ended ? ago(2) : undefined,
    allowed: { cancel: !ended, retry: ended, rebuild: ended, readLog: true },
    tasks,
    phases: PHASE_BARS.map(name => ({
      name,
      state: phase === 'Succeeded' ? 'Done' : 'NotStarted',
      ...(phase === 'Succeeded'
        ? { startedAt: ago(9), finishedAt: ago(5) }
        : {}),
    })),
    movedTags: [],
    scheduler: 'kaniko-default',
    cluster: 'prod-eu',
    limits: {
      memoryBytes: 2 * 1024 ** 3,
      ephemeralStorageBytes: 10 * 1024 ** 3,
      deadlineSeconds: 1800,
    },
    dockerfile: 'Dockerfile',
    policyRevision: '18',
    events: [],
    ...overrides,
  };
}
