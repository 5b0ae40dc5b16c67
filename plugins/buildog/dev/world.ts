import type { Entity } from '@backstage/catalog-model';
import { NotAllowedError } from '@backstage/errors';
import type { Build, TaskPhase } from '@buildog/plugin-buildog-common';
import { ago, fakeBuild, fakeTask } from '../src/__testUtils__/fakeBuild';
import {
  FakeBuildogApi,
  fakeStatus,
} from '../src/__testUtils__/FakeBuildogApi';
import { FakeLog } from '../src/__testUtils__/FakeLog';
import { failedLog, runningLog, succeededLog } from './log';

const matrix = (number: number, phases: Record<string, TaskPhase[]>) =>
  Object.entries(phases).flatMap(([variant, [amd64, arm64]]) => [
    fakeTask(`${number}-${variant}-amd64`, variant, 'linux/amd64', amd64, {
      size: 84_200_000,
      reason:
        amd64 === 'Failed'
          ? {
              code: 'StepOutOfMemory',
              category: 'User',
              message: 'Step 9 needed more memory than its limit of 2 GiB.',
              location: { step: 9 },
            }
          : undefined,
    }),
    fakeTask(`${number}-${variant}-arm64`, variant, 'linux/arm64', arm64, {
      size: 81_700_000,
      reason:
        arm64 === 'Waiting'
          ? {
              code: 'NeverScheduled',
              category: 'Infrastructure',
              message: 'For an arm64 node',
            }
          : undefined,
    }),
  ]);

const three = (number: number, phase: TaskPhase) =>
  matrix(number, {
    default: [phase, phase],
    debug: [phase, phase],
    fips: [phase, phase],
  });

const running: Build = fakeBuild({
  number: 42,
  phase: 'Running',
  tasks: matrix(42, {
    default: ['Building', 'Building'],
    debug: ['Built', 'Built'],
    fips: ['Building', 'Waiting'],
  }),
  phases: [
    { name: 'Queue', state: 'Done', startedAt: ago(138), finishedAt: ago(134) },
    { name: 'Fetch', state: 'Done', startedAt: ago(134), finishedAt: ago(131) },
    { name: 'Build', state: 'Running', startedAt: ago(131) },
    { name: 'Publish', state: 'NotStarted' },
    { name: 'Verify', state: 'NotStarted' },
    { name: 'Sign', state: 'NotStarted' },
    { name: 'Tag', state: 'NotStarted' },
  ],
  events: [
    {
      id: 1,
      at: ago(138),
      type: 'Created',
      message: 'Started by hand by guest. Resolved to 3f9c2ae.',
    },
    {
      id: 2,
      at: ago(131),
      type: 'Started',
      message: '6 tasks started in prod-eu with kaniko-default.',
    },
  ],
});

const failed: Build = fakeBuild({
  number: 40,
  phase: 'Failed',
  subject: 'Bundle the fraud model with the API',
  branch: 'feat/fraud-model',
  createdAt: ago(4260),
  startedAt: ago(4254),
  finishedAt: ago(4114),
  trigger: { kind: 'Manual', by: 'user:default/user-a' },
  reason: {
    code: 'StepOutOfMemory',
    category: 'User',
    message:
      'Step 9 needed more memory than its limit of 2 GiB and was stopped.',
    exitCode: 137,
    location: { container: 'build', line: 21, step: 9 },
  },
  sourceUrl: 'https://git.example.com/payments/payments-api/tree/e27a1f9',
  tasks: matrix(40, {
    default: ['Failed', 'Failed'],
    debug: ['Built', 'Built'],
    fips: ['Built', 'Built'],
  }),
  phases: [
    {
      name: 'Queue',
      state: 'Done',
      startedAt: ago(4260),
      finishedAt: ago(4254),
    },
    {
      name: 'Fetch',
      state: 'Done',
      startedAt: ago(4254),
      finishedAt: ago(4250),
    },
    {
      name: 'Build',
      state: 'Failed',
      startedAt: ago(4250),
      finishedAt: ago(4120),
    },
    { name: 'Publish', state: 'NotStarted' },
    { name: 'Verify', state: 'NotStarted' },
    { name: 'Sign', state: 'NotStarted' },
    { name: 'Tag', state: 'NotStarted' },
  ],
});

const succeeded: Build = fakeBuild({
  number: 41,
  subject: 'Update @acme/ledger-client to 5.2.0',
  createdAt: ago(2280),
  startedAt: ago(2277),
  finishedAt: ago(2092),
  trigger: { kind: 'Api', by: 'renovate-bot' },
  tasks: [
    fakeTask('41-default', 'default', 'linux/amd64', 'Built', {
      size: 84_200_000,
    }),
  ],
  movedTags: [
    {
      reference:
        'registry.example.com/payments/payments-api:v20261120-b81d04c7',
      state: 'Moved',
      digest: `sha256:${'7b1e05c9'.repeat(8)}`,
    },
    {
      reference: 'registry.example.com/payments/payments-api:main',
      state: 'Moved',
      digest: `sha256:${'7b1e05c9'.repeat(8)}`,
      previousDigest: `sha256:${'22f0c1d8'.repeat(8)}`,
    },
  ],
  verifyCommand: `cosign verify --key https://portal.example.com/api/buildog/v1/keys/release-2026.pub \\\n  registry.example.com/payments/payments-api@sha256:${'7b1e05c9'.repeat(
    8,
  )}`,
  events: [
    ['Created', 'Started through the API by renovate-bot.'],
    ['Started', '1 task started in prod-eu with kaniko-default.'],
    ['Published', '1 image published by digest.'],
    ['Verified', 'Registry has the digest, with the expected platform.'],
    ['Signed', '1 image signed with release-2026.'],
    ['TagsMoved', '2 tags moved.'],
  ].map(([type, message], i) => ({
    id: i + 1,
    at: ago(2280 - i * 31),
    type,
    message,
  })),
});

const older: Build[] = [
  fakeBuild({
    number: 39,
    subject: 'Log the acquirer reference on refunds',
    createdAt: ago(3.2 * 3600),
    startedAt: ago(3.2 * 3600),
    finishedAt: ago(3.2 * 3600 - 291),
    tasks: three(39, 'Built'),
    trigger: {
      kind: 'Rebuild',
      by: 'user:default/user-a',
      ofBuild: { id: 'build-36', number: 36 },
    },
  }),
  fakeBuild({
    number: 38,
    phase: 'Superseded',
    subject: 'Bundle the fraud model with the API',
    branch: 'feat/fraud-model',
    createdAt: ago(3.4 * 3600),
    startedAt: undefined,
    tasks: three(38, 'Waiting'),
    reason: {
      code: 'NewerBuild',
      category: 'Policy',
      message: 'Never started: #40 builds a newer commit of the branch.',
    },
  }),
  fakeBuild({
    number: 37,
    phase: 'Rejected',
    subject: 'Try the edge tag as base',
    branch: 'spike/alpine',
    createdAt: ago(5 * 3600),
    startedAt: undefined,
    tasks: three(37, 'Waiting'),
    reason: {
      code: 'BaseImageDenied',
      category: 'Policy',
      message:
        'The base image alpine:edge is not allowed. Allowed: version tags.',
    },
  }),
  fakeBuild({
    number: 35,
    phase: 'Canceled',
    subject: 'Split settlement into its own worker',
    createdAt: ago(26 * 3600),
    startedAt: ago(26 * 3600),
    finishedAt: ago(26 * 3600 - 72),
    cancelRequestedBy: 'user:default/guest',
    tasks: matrix(35, {
      default: ['Canceled', 'Canceled'],
      debug: ['Built', 'Canceled'],
      fips: ['Canceled', 'Canceled'],
    }),
  }),
  ...Array.from({ length: 30 }, (_, i) =>
    fakeBuild({
      number: 34 - i,
      subject: `Change number ${34 - i}`,
      createdAt: ago((27 + i) * 3600),
      startedAt: ago((27 + i) * 3600),
      finishedAt: ago((27 + i) * 3600 - 201),
      tasks: three(34 - i, 'Built'),
    }),
  ),
];

/** An entity for each scene; the name says which. */
export const SCENES = [
  'payments-api',
  'ledger-worker',
  'no-runner',
  'no-runner-user',
  'empty',
  'read-only',
  'denied',
  'partial',
  'huge-log',
  'queued',
] as const;

/** A component of the catalog for a scene. */
export function entityOf(name: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      namespace: 'default',
      name,
      annotations: {
        'backstage.io/source-location': `url:https://git.example.com/payments/${name}/`,
        'backstage.io/techdocs-ref': 'dir:.',
      },
    },
    spec: { type: 'service', lifecycle: 'production', owner: 'team-payments' },
    relations: [{ type: 'ownedBy', targetRef: 'group:default/team-payments' }],
  };
}

/** Plays the controller for all scenes. */
export class DevWorld extends FakeBuildogApi {
  constructor() {
    super();
    const ref = (name: string) => `component:default/${name}`;
    const statistics = {
      finished: 36,
      succeeded: 34,
      medianSeconds: 188,
      medianSecondsBefore: 200,
    };
    const latestImage = {
      reference:
        'registry.example.com/payments/payments-api:v20261120-b81d04c7',
      digest: succeeded.digest!,
      signed: 'Signed' as const,
      build: { id: succeeded.id, number: 41 },
    };
    const status = (name: string, fields = {}) =>
      this.statuses.set(
        ref(name),
        fakeStatus({ entityRef: ref(name), statistics, ...fields }),
      );
    status('payments-api', { latestImage });
    status('ledger-worker', {
      state: 'NotEnabled',
      image: 'registry.example.com/payments/ledger-worker',
      repositoryUrl: 'https://git.example.com/payments/ledger-worker',
    });
    status('no-runner', { state: 'NoRunner', mayAdminister: true });
    status('no-runner-user', { state: 'NoRunner' });
    status('empty', { statistics: { finished: 0, succeeded: 0 } });
    status('read-only', { mayBuild: false, latestImage });
    status('huge-log', { latestImage });
    status('queued');
    this.builds = [running, succeeded, failed, ...older].concat(
      ['read-only', 'partial'].flatMap(name =>
        [succeeded, ...older].map(build => ({
          ...build,
          id: `${name}-${build.id}`,
          entityRef: ref(name),
          allowed: {
            cancel: false,
            retry: false,
            rebuild: false,
            readLog: false,
          },
        })),
      ),
      fakeBuild({
        number: 1,
        id: 'queued-1',
        entityRef: ref('queued'),
        phase: 'Queued',
        startedAt: undefined,
        tasks: [],
        queue: {
          position: 3,
          why: 'team-payments runs 3 of its 3 builds. Starts when one of them ends.',
        },
      }),
      fakeBuild({
        number: 1,
        id: 'huge-1',
        entityRef: ref('huge-log'),
        phase: 'Running',
        tasks: [fakeTask('huge', 'default', 'linux/amd64', 'Building')],
      }),
    );
    this.addLogs();
  }

  private addLogs() {
    const put = (
      attempt: string,
      log: ReturnType<typeof runningLog>,
      complete: boolean,
    ) => {
      const init = `${ago(
        135,
      )} Fetching 3f9c2ae1 from https://git.example.com\n${ago(
        132,
      )} 412 files, 3.1 MB\n`;
      this.logs.set(`${attempt}/init`, new FakeLog(init, { complete: true }));
      this.logs.set(`${attempt}/build`, new FakeLog(log.text, { complete }));
      if (complete) {
        this.logs.set(
          `${attempt}/publish`,
          new FakeLog(`${ago(5)} Pushed sha256:7b1e05c9\n`, { complete }),
        );
      }
      this.steps.set(attempt, log.steps);
    };
    const start = Date.now() - 125_000;
    put('42-default-amd64-1', runningLog(start), false);
    put('42-default-arm64-1', runningLog(start), false);
    put('40-default-amd64-1', failedLog(start - 4e6), true);
    put('40-default-arm64-1', failedLog(start - 4e6), true);
    put('41-default-1', succeededLog(start - 2e6), true);
    put('huge-1', runningLog(start, 200_000), false);
    let n = 0;
    setInterval(() => {
      n++;
      const line = `${new Date().toISOString()} \x1b[34mpayments-api:build:\x1b[0m openapi/part-${n}.json  ${
        n * 7
      } kB\n`;
      this.logs.get('42-default-amd64-1/build')?.append(line);
      this.logs.get('huge-1/build')?.append(line);
    }, 1500);
  }

  async getEntityStatus(entityRef: string) {
    if (entityRef.endsWith('/denied')) {
      throw new NotAllowedError('You may not see these builds.');
    }
    if (entityRef.endsWith('/partial')) {
      throw new Error('The registry did not answer.');
    }
    return super.getEntityStatus(entityRef);
  }
}
