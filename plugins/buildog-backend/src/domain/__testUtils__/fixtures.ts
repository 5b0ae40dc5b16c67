import type { AttemptObservation } from '@buildog/plugin-buildog-node';
import type { AttemptRow } from '../AttemptRow';
import type { BuildRow } from '../BuildRow';
import type { BuildSnapshot } from '../BuildSnapshot';
import { defaultLifecycle } from '../DecideContext';
import type { DecideContext } from '../DecideContext';
import { derivedId } from '../names';
import { plan } from '../plan';
import type { TaskRow } from '../TaskRow';

/** A context of decisions for tests. */
export const testContext: DecideContext = {
  now: new Date('2026-11-21T10:00:00Z'),
  installationId: 'test',
  lifecycle: defaultLifecycle,
  defaults: {
    revision: '1',
    scheduler: 'kaniko',
    cluster: 'prod-eu',
    platforms: [{ os: 'linux', architecture: 'amd64' }],
    resources: {
      memoryBytes: 2 ** 31,
      ephemeralStorageBytes: 10 * 2 ** 30,
      cpuRequestMillis: 500,
    },
    deadlineSeconds: 1800,
    maxAttempts: 3,
    tagTemplate: 'v{date}-{shortSha}',
    branchTag: true,
    timeZone: 'UTC',
    logTransport: 'follow',
  },
};

/** That many seconds after the tests' now. */
export function at(seconds: number): Date {
  return new Date(testContext.now.getTime() + seconds * 1000);
}

/** The tests' context at another time. */
export function contextAt(seconds: number): DecideContext {
  return { ...testContext, now: at(seconds) };
}

/** A pending build of a known commit. */
export function buildRow(override: Partial<BuildRow> = {}): BuildRow {
  return {
    id: '5d9f2c1e-0000-4000-8000-000000000042',
    configId: '5d9f2c1e-0000-4000-8000-000000000001',
    number: 42,
    kind: 'build',
    entityRef: 'component:default/payments-api',
    ownerRef: 'group:default/team-payments',
    phase: 'Pending',
    trigger: { kind: 'Manual', by: 'user:default/guest' },
    inputs: {
      repositoryUrl: 'https://git.example.com/payments/payments-api.git',
      dockerfile: 'Dockerfile',
      context: '.',
      destinations: ['registry.example.com/payments-api'],
    },
    branch: 'main',
    revision: 'b81d04c7'.padEnd(40, '0'),
    images: [],
    signed: 'NotChecked',
    movedTags: [],
    priority: 0,
    createdAt: at(0),
    phaseTimes: { Pending: at(0) },
    tries: 0,
    version: 1,
    ...override,
  };
}

/** A running build with one task and its first attempt. */
export function runningSnapshot(
  attempt: Partial<AttemptRow> = {},
  build: Partial<BuildRow> = {},
): BuildSnapshot {
  const row = buildRow({
    phase: 'Running',
    queuedAt: at(0),
    admittedAt: at(0),
    startedAt: at(0),
    sequence: 7,
    phaseTimes: { Pending: at(0), Queued: at(0), Running: at(0) },
    ...build,
  });
  const planned = plan(row, row.revision ?? '', testContext);
  if (!planned.ok) throw new Error(planned.reason.message);
  row.plan ??= planned.plan;
  const [task] = row.plan.tasks;
  const taskRow: TaskRow = {
    id: task.id,
    buildId: row.id,
    position: 0,
    variant: task.variant,
    platform: task.platform,
    phase: 'Starting',
    maxAttempts: row.plan.maxAttempts,
  };
  const attemptRow: AttemptRow = {
    id: derivedId(task.id, 'attempt', 1),
    buildId: row.id,
    taskId: task.id,
    number: 1,
    phase: 'Created',
    cluster: 'prod-eu',
    name: 'buildog-test',
    logTransport: 'follow',
    containers: [],
    createdAt: at(0),
    deadlineAt: at(1800),
    tries: 0,
    ...attempt,
  };
  return { build: row, tasks: [taskRow], attempts: [attemptRow] };
}

type Present = Extract<AttemptObservation, { state: 'Present' }>;

/** A workload that is there, with a pod unless `pod` is `undefined`. */
export function present(
  pod: Partial<NonNullable<Present['pod']>> | undefined,
  more: Partial<Present> = {},
): Present {
  return {
    state: 'Present',
    uid: 'uid-1',
    removing: false,
    ...(pod && {
      pod: {
        name: 'buildog-test-x',
        uid: 'pod-1',
        phase: 'Running',
        createdAt: at(0),
        removing: false,
        containers: [],
        ...pod,
      },
    }),
    ...more,
  };
}
