import { mockServices } from '@backstage/backend-test-utils';
import type { V1Pod } from '@kubernetes/client-node';
import type { AttemptRef, PreparedJob } from '@buildog/plugin-buildog-node';
import {
  containerOf,
  hasEnded,
  logTexts,
  observeUntil,
  presentUntil,
  readLog,
} from '@buildog/plugin-buildog-node/testing';
import { describeWithCluster } from '../testing/describeWithCluster';
import { apiPaths } from './client/apiPaths';
import { KubernetesRunner } from './KubernetesRunner';
import {
  createBuildNamespace,
  type BuildNamespace,
} from './testing/buildNamespace';
import { shellJob } from './testing/shellJob';
import { pushTestAgent } from './testing/testAgent';

jest.setTimeout(180_000);

const MEBIBYTE = 1024 * 1024;
const small = {
  memoryBytes: 64 * MEBIBYTE,
  ephemeralStorageBytes: 32 * MEBIBYTE,
};

describeWithCluster('KubernetesRunner on a cluster', cluster => {
  const signal = () => AbortSignal.timeout(60_000);
  let namespace: BuildNamespace;
  let runner: KubernetesRunner;
  let agentImage: string;
  let count = 0;

  const open = (hostUsers: 'off' | 'auto' | 'required') =>
    KubernetesRunner.create({
      cluster: {
        name: 'test',
        access: namespace.controller,
        namespace: namespace.name,
        agentImage,
        // Smaller than the task's: a pod may use as much as its largest step.
        agentResources: { init: small, publish: small },
        hostUsers,
      },
      installationId: namespace.name,
      logger: mockServices.logger.mock(),
    });
  const newAttempt = (): AttemptRef => {
    count += 1;
    const id = `${process.pid}-${count}`;
    return {
      installationId: namespace.name,
      buildId: `b-${id}`,
      taskId: `t-${id}`,
      attemptId: `a-${id}`,
      name: `buildog-${id}`,
    };
  };
  const start = async (
    script: string,
    change: (job: PreparedJob) => void = () => {},
    on: KubernetesRunner = runner,
  ) => {
    const attempt = newAttempt();
    const job = shellJob(attempt, script, cluster.images.busybox);
    change(job);
    await on.start(job, { signal: signal() });
    return attempt;
  };
  const remove = (attempt: AttemptRef) =>
    runner.remove(attempt, { gracePeriodSeconds: 1, signal: signal() });
  const pods = async (attempt: AttemptRef) =>
    namespace.admin.request<{ items: V1Pod[] }>({
      path: apiPaths(namespace.name).pods,
      query: { labelSelector: `buildog.dev/attempt=${attempt.attemptId}` },
    });

  beforeAll(async () => {
    namespace = await createBuildNamespace(cluster);
    agentImage = await pushTestAgent(cluster);
    runner = await open('off');
  });
  afterAll(() => namespace?.remove());

  it('sees a build that needs more memory than it may have', async () => {
    const attempt = await start('x=0; while :; do x="$x$x$x"; done');
    const seen = await presentUntil(runner, attempt, now =>
      hasEnded(now, 'build'),
    );
    expect(containerOf(seen, 'build')).toMatchObject({
      reason: 'OOMKilled',
      exitCode: 137,
    });
    await remove(attempt);
  });

  it('sees a pod that was evicted for the space it took', async () => {
    const attempt = await start(
      'dd if=/dev/zero of=/tmp/big bs=1M count=200; sleep 600',
    );
    const seen = await presentUntil(
      runner,
      attempt,
      now => now.pod?.reason === 'Evicted',
      150_000,
    );
    expect(seen.pod?.phase).toBe('Failed');
    expect(seen.pod?.message).toMatch(/ephemeral/i);
    await remove(attempt);
  });

  it('sees an image that cannot be pulled', async () => {
    const attempt = await start('true', job => {
      job.build.containers[0].image = `${cluster.registries.plain.host}/no/such:image`;
    });
    const seen = await presentUntil(runner, attempt, now =>
      ['ErrImagePull', 'ImagePullBackOff'].includes(
        containerOf(now, 'build')?.reason ?? '',
      ),
    );
    expect(containerOf(seen, 'build')?.message).toMatch(/no\/such/);
    await remove(attempt);
  });

  it('sees a pod that no node can take, and since when', async () => {
    const attempt = await start('true', job => {
      job.platform = { os: 'linux', architecture: 's390x' };
    });
    const seen = await presentUntil(
      runner,
      attempt,
      now => now.pod?.unschedulable !== undefined,
    );
    expect(seen.pod?.unschedulable?.message).toMatch(/nodes are available/);
    expect(
      Date.now() - (seen.pod?.unschedulable?.since.getTime() ?? 0),
    ).toBeLessThan(60_000);
    await remove(attempt);
    await observeUntil(runner, attempt, now => now.state === 'Absent');
  });

  it('sees a deadline', async () => {
    const attempt = await start('sleep 600', job => {
      job.deadlineSeconds = 5;
    });
    const seen = await presentUntil(
      runner,
      attempt,
      now => now.jobCondition !== undefined,
      120_000,
    );
    expect(seen.jobCondition).toMatchObject({
      type: 'Failed',
      reason: 'DeadlineExceeded',
    });
    await remove(attempt);
  });

  it('sees a Job that somebody deleted', async () => {
    const attempt = await start('sleep 600');
    await presentUntil(
      runner,
      attempt,
      now => containerOf(now, 'build')?.state === 'Running',
    );
    await namespace.admin.request({
      method: 'DELETE',
      path: apiPaths(namespace.name).job(attempt.name),
      query: { propagationPolicy: 'Background' },
    });
    const gone = await observeUntil(
      runner,
      attempt,
      now => now.state === 'Absent',
    );
    expect(gone).toEqual({ state: 'Absent' });
    await remove(attempt);
  });

  it('sees a pod that somebody deleted, and no second one', async () => {
    const attempt = await start('sleep 600');
    const running = await presentUntil(
      runner,
      attempt,
      now => containerOf(now, 'build')?.state === 'Running',
    );
    await namespace.admin.request({
      method: 'DELETE',
      path: apiPaths(namespace.name).pod(running.pod?.name ?? ''),
      body: { gracePeriodSeconds: 1 },
    });
    const seen = await presentUntil(
      runner,
      attempt,
      now => now.jobCondition !== undefined,
    );
    expect(seen.jobCondition?.type).toBe('Failed');
    expect([undefined, running.pod?.uid]).toContain(seen.pod?.uid);
    await remove(attempt);
  });

  it('leaves nothing behind a canceled build: no Job, pod, Secret', async () => {
    const attempt = await start('sleep 600');
    await presentUntil(
      runner,
      attempt,
      now => containerOf(now, 'build')?.state === 'Running',
    );
    const paths = apiPaths(namespace.name);
    const secret = paths.secret(`${attempt.name}-input`);
    await namespace.admin.request({ path: secret });
    await remove(attempt);
    await observeUntil(runner, attempt, now => now.state === 'Absent');
    expect((await pods(attempt)).items).toEqual([]);
    await expect(
      namespace.admin.request({ path: secret }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it('lets the cluster remove the Secret of a Job that somebody deleted', async () => {
    const attempt = await start('sleep 600');
    const paths = apiPaths(namespace.name);
    await namespace.admin.request({
      method: 'DELETE',
      path: paths.job(attempt.name),
      query: { propagationPolicy: 'Foreground' },
    });
    await observeUntil(runner, attempt, now => now.state === 'Absent');
    const gone = async () =>
      namespace.admin
        .request({ path: paths.secret(`${attempt.name}-input`) })
        .then(
          () => false,
          error => error.status === 404,
        );
    const deadline = Date.now() + 60_000;
    let isGone = false;
    while (!isGone && Date.now() < deadline) isGone = await gone();
    expect(isGone).toBe(true);
  });

  it('leaves somebody else’s Job of the same name alone', async () => {
    const attempt = newAttempt();
    const mine = shellJob(attempt, 'sleep 600', cluster.images.busybox);
    await runner.start(mine, { signal: signal() });
    const foreign = { ...attempt, attemptId: 'a-of-another' };
    await expect(
      runner.start({ ...mine, attempt: foreign }, { signal: signal() }),
    ).rejects.toMatchObject({ code: 'Conflict', retryable: false });
    await remove(foreign);
    expect(
      await runner.observe(foreign, { fresh: true, signal: signal() }),
    ).toEqual({ state: 'Absent' });
    expect(
      await runner.observe(attempt, { fresh: true, signal: signal() }),
    ).toMatchObject({ state: 'Present', removing: false });
    await remove(attempt);
  });

  it('says what PodSecurity refuses', async () => {
    const attempt = await start('true', job => {
      job.build.containers[0].security.addCapabilities = ['SYS_ADMIN'];
    });
    const seen = await presentUntil(
      runner,
      attempt,
      now => now.createFailure !== undefined,
    );
    expect(seen.createFailure?.message).toMatch(
      /PodSecurity "baseline.*SYS_ADMIN/,
    );
    expect(seen.pod).toBeUndefined();
    await remove(attempt);
  });

  it('says which quota is used up', async () => {
    const quota = `/api/v1/namespaces/${namespace.name}/resourcequotas`;
    await namespace.admin.request({
      method: 'POST',
      path: quota,
      body: { metadata: { name: 'small' }, spec: { hard: { pods: '0' } } },
    });
    const attempt = await start('true');
    const seen = await presentUntil(
      runner,
      attempt,
      now => now.createFailure !== undefined,
    );
    expect(seen.createFailure?.message).toMatch(/exceeded quota: small/);
    await namespace.admin.request({ method: 'DELETE', path: `${quota}/small` });
    await remove(attempt);
  });

  it('follows the sidecar’s pod too, and gives its account to it alone', async () => {
    const attempt = await start(
      'test -e /var/run/secrets && echo found || echo none',
      job => {
        job.sidecar = {
          input: { attemptId: 'x' },
          credentials: { 'ingest-token': 'canary-of-sidecar' },
        };
      },
    );
    const seen = await presentUntil(runner, attempt, now =>
      hasEnded(now, 'publish'),
    );
    expect(seen.pod?.containers.map(container => container.name)).toEqual([
      'sidecar',
      'init',
      'build',
      'publish',
    ]);
    const log = await readLog(runner, attempt, 'build');
    expect(logTexts(log)).toEqual(['none']);
    const ended = await presentUntil(
      runner,
      attempt,
      now => hasEnded(now, 'sidecar') && now.jobCondition !== undefined,
    );
    expect(containerOf(ended, 'sidecar')).toMatchObject({ exitCode: 0 });
    expect(ended.jobCondition?.type).toBe('Complete');
    await remove(attempt);
  });

  it('runs in a user namespace where the cluster can', async () => {
    const careful = await open('auto');
    const attempt = await start(
      'awk \'{ print ($2 == 0 ? "host" : "own") }\' /proc/self/uid_map; cat /buildog/workspace/source; echo made > /buildog/output/result',
      undefined,
      careful,
    );
    const seen = await presentUntil(careful, attempt, now =>
      hasEnded(now, 'publish'),
    );
    expect(containerOf(seen, 'publish')).toMatchObject({ exitCode: 0 });
    const { items } = await pods(attempt);
    const expected = items[0].spec?.hostUsers === false ? 'own' : 'host';
    expect(logTexts(await readLog(careful, attempt, 'build'))).toEqual([
      expected,
      'hello',
    ]);
    await remove(attempt);
  });
});
