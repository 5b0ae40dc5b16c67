import {
  initInputSchema,
  publishInputSchema,
  sidecarInputSchema,
} from '@buildog/agent';
import {
  RunnerError,
  SchedulerError,
  SourceError,
} from '@buildog/plugin-buildog-node';
import { runningSnapshot } from '../domain/__testUtils__/fixtures';
import { reason } from '../domain/reason';
import { ReleaseError } from '../release/ReleaseError';
import { fakeBuilder } from './__testUtils__/FakeBuilder';
import type { ControllerDependencies } from './ControllerDependencies';
import { prepareJob } from './prepareJob';
import { runnerOf } from './runnerOf';
import { toFailure } from './toFailure';

const tokens: unknown[][] = [];
const dependencies = (
  override: Partial<ControllerDependencies> = {},
): ControllerDependencies =>
  ({
    schedulers: new Map([['kaniko', { scheduler: fakeBuilder, settings: {} }]]),
    credentials: {
      forSource: async () => ({ 'source.json': 'SOURCE' }),
      forPush: async () => ({ 'docker-config.json': 'PUSH' }),
    },
    agent: {
      init: () => ({ git: { transports: ['https'] }, limits: { seconds: 60 } }),
      publish: () => ({ insecureHosts: ['registry.example.com'] }),
      ingest: {
        url: 'https://portal.example.com/api/buildog/v1/ingest',
        mintToken: () => ({ token: 'TOKEN', hash: 'HASH' }),
      },
    },
    clock: () => new Date('2026-11-21T10:00:00Z'),
    store: {
      addIngestToken: async (...args: unknown[]) => {
        tokens.push(args);
      },
    },
    ...override,
  } as unknown as ControllerDependencies);

const input = (override = {}) => {
  const { build, tasks, attempts } = runningSnapshot(
    { logTransport: 'sidecar' },
    override,
  );
  return {
    installationId: 'portal',
    build,
    plan: build.plan!,
    task: tasks[0],
    attempt: attempts[0],
  };
};

describe('prepareJob', () => {
  it('writes inputs that the agent understands', async () => {
    const job = await prepareJob(dependencies(), input());
    const init = initInputSchema.parse(job.init.input);
    expect(init).toMatchObject({
      source: {
        type: 'git',
        revision: 'b81d04c7'.padEnd(40, '0'),
        ref: 'refs/heads/main',
        transports: ['https'],
      },
      dockerfile: 'Dockerfile',
      limits: { seconds: 60 },
    });
    expect(publishInputSchema.parse(job.publish.input)).toMatchObject({
      repository: 'registry.example.com/payments-api',
      layoutPath: '/buildog/output/image',
      expectedPlatform: { os: 'linux', architecture: 'amd64' },
      insecureHosts: ['registry.example.com'],
    });
    expect(sidecarInputSchema.parse(job.sidecar?.input)).toMatchObject({
      containers: ['init', 'build', 'publish'],
      attemptId: job.attempt.attemptId,
    });
  });

  it('gives each container its own credential, and the build none', async () => {
    const job = await prepareJob(dependencies(), input());
    expect(job.init.credentials).toEqual({ 'source.json': 'SOURCE' });
    expect(job.publish.credentials).toEqual({ 'docker-config.json': 'PUSH' });
    expect(job.sidecar?.credentials).toEqual({ 'ingest-token': 'TOKEN' });
    const rest = JSON.stringify([job.build, job.labels, job.annotations]);
    expect(rest).not.toMatch(/SOURCE|PUSH|TOKEN/);
    expect(tokens.at(-1)).toEqual([
      job.attempt.attemptId,
      'HASH',
      new Date('2026-11-21T11:30:00Z'),
    ]);
  });

  it('names the full ref of whatever the build knows', async () => {
    const refOf = async (override: object) => {
      const job = await prepareJob(dependencies(), input(override));
      return (job.init.input as { source: { ref?: string } }).source.ref;
    };
    expect(await refOf({ ref: 'refs/tags/v1' })).toBe('refs/tags/v1');
    expect(await refOf({ branch: 'feat/x' })).toBe('refs/heads/feat/x');
    expect(await refOf({ branch: undefined })).toBeUndefined();
  });

  it('says which setting is missing', async () => {
    await expect(
      prepareJob(dependencies({ schedulers: new Map() }), input()),
    ).rejects.toMatchObject({ code: 'SchedulerNotConfigured' });
    const { agent } = dependencies();
    await expect(
      prepareJob(
        dependencies({ agent: { ...agent, ingest: undefined } }),
        input(),
      ),
    ).rejects.toMatchObject({ code: 'IngestNotConfigured' });
    expect(() => runnerOf({ runners: new Map() }, 'x')).toThrow(
      'No cluster is configured. Set buildog.runner.kubernetes.clusters, or buildog.runner.local.enabled.',
    );
  });
});

describe('toFailure', () => {
  const why = reason('GitRemotePrivate', 'The repository asks for a password.');

  it.each([
    new SourceError(why, { retryable: true }),
    new ReleaseError(why, { retryable: true }),
  ])('lets typed errors speak for themselves', error => {
    expect(toFailure(error, 'x')).toEqual({ reason: why, retryable: true });
  });

  it('never repeats what a scheduler cannot prepare', () => {
    expect(toFailure(new SchedulerError(why), 'x').retryable).toBe(false);
  });

  it('keeps the wish of the API server', () => {
    expect(
      toFailure(
        new RunnerError('RateLimited', 'slow down', {
          retryable: true,
          retryAfterMs: 7000,
        }),
        'x',
      ),
    ).toMatchObject({
      reason: { code: 'ClusterUnreachable', category: 'Infrastructure' },
      retryAfterMs: 7000,
    });
    expect(
      toFailure(new RunnerError('InvalidJob', 'x', { retryable: false }), 'x'),
    ).toMatchObject({ reason: { code: 'InvalidJob', category: 'Policy' } });
  });

  it('tells nothing of an exception nobody foresaw', () => {
    const failure = toFailure(new Error('password=hunter2'), 'sign the image');
    expect(failure.reason.message).toBe(
      "Buildog could not sign the image. The backend's log says why.",
    );
    expect(failure.retryable).toBe(true);
  });
});
