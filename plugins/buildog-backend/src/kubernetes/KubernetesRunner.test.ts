import { mockServices } from '@backstage/backend-test-utils';
import { KubernetesRunner } from './KubernetesRunner';
import type { KubernetesClusterConfig } from './KubernetesClusterConfig';
import { refuse } from './testing/FakeApiServer';
import { FakeCluster } from './testing/FakeCluster';
import { clusterJob, clusterPod, status } from './testing/clusterObjects';
import { attempt, config, job } from './testing/jobs.fixture';

const signal = () => AbortSignal.timeout(30_000);

describe('KubernetesRunner', () => {
  let cluster: FakeCluster;
  let runner: KubernetesRunner;

  const open = (change: Partial<KubernetesClusterConfig> = {}) =>
    KubernetesRunner.create({
      cluster: {
        ...config,
        hostUsers: 'off',
        access: { type: 'token', url: cluster.server.url, token: 'secret-t' },
        ...change,
      },
      installationId: attempt.installationId,
      logger: mockServices.logger.mock(),
    });
  const until = async (holds: () => boolean) => {
    const deadline = Date.now() + 5_000;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error('did not come true');
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  };

  beforeEach(async () => {
    cluster = new FakeCluster();
    await cluster.server.start();
    runner = await open();
  });
  afterEach(async () => {
    runner.close();
    await cluster.server.stop();
  });

  it('says whose credentials are wrong when it is made', async () => {
    await expect(
      open({ access: { type: 'kubeconfig', path: '/no/such/file' } }),
    ).rejects.toThrow(/^Cluster east cannot be used: ENOENT/);
  });

  it('answers from the watch while that is up, and live when asked to', async () => {
    const stop = new AbortController();
    const heard: string[] = [];
    const watching = runner.watch(id => heard.push(id), {
      signal: stop.signal,
    });
    cluster.put('jobs', clusterJob());
    cluster.put('pods', clusterPod());
    // The Job alone is no news to whoever made it; its pod is.
    await until(() => heard.length >= 1);
    const looks = () =>
      cluster.server.requests.filter(request => !request.query.has('watch'))
        .length;
    const before = looks();
    const cached = await runner.observe(attempt, {
      fresh: false,
      signal: signal(),
    });
    expect(cached).toMatchObject({ state: 'Present', pod: { uid: 'pod-uid' } });
    expect(looks()).toBe(before);
    const live = await runner.observe(attempt, {
      fresh: true,
      signal: signal(),
    });
    expect(live).toEqual(cached);
    expect(looks()).toBe(before + 2);
    stop.abort();
    await watching;
  });

  it('asks live for what the watch has not heard of', async () => {
    const stop = new AbortController();
    const watching = runner.watch(() => {}, { signal: stop.signal });
    await until(() =>
      cluster.server.requests.some(request => request.query.has('watch')),
    );
    const absent = await runner.observe(attempt, {
      fresh: false,
      signal: signal(),
    });
    expect(absent).toEqual({ state: 'Absent' });
    expect(
      cluster.server.requests.some(request =>
        request.path.endsWith(`/jobs/${attempt.name}`),
      ),
    ).toBe(true);
    stop.abort();
    await watching;
  });

  it('asks the events why there is no pod, and not again and again', async () => {
    cluster.put('jobs', clusterJob());
    cluster.put('events', {
      metadata: { name: 'old' },
      lastTimestamp: '2026-01-01T00:00:01Z',
      message: 'old words',
    });
    cluster.put('events', {
      metadata: { name: 'new' },
      lastTimestamp: '2026-01-01T00:00:09Z',
      message: 'exceeded quota: small',
    });
    for (let count = 0; count < 3; count++) {
      expect(
        await runner.observe(attempt, { fresh: true, signal: signal() }),
      ).toMatchObject({
        createFailure: {
          reason: 'FailedCreate',
          message: 'exceeded quota: small',
        },
      });
    }
    const asked = cluster.server.requests.filter(request =>
      request.path.endsWith('/events'),
    );
    expect(asked).toHaveLength(1);
    expect(asked[0].query.get('fieldSelector')).toBe(
      'involvedObject.uid=job-uid,reason=FailedCreate',
    );
  });

  it('starts, lists and removes', async () => {
    await runner.start(job(), { signal: signal() });
    expect(await runner.list({ signal: signal() })).toEqual([attempt]);
    await runner.remove(attempt, { gracePeriodSeconds: 1, signal: signal() });
    expect(await runner.list({ signal: signal() })).toEqual([]);
  });

  it('says in our words what the cluster refuses', async () => {
    cluster.server.handler = (_, response) =>
      refuse(response, 403, 'exceeded quota: small');
    await expect(
      runner.start(job(), { signal: signal() }),
    ).rejects.toMatchObject({
      code: 'QuotaExceeded',
      message: 'Could not start the job on cluster east: exceeded quota: small',
    });
  });

  it('checks that the credential may list, and says what is wrong', async () => {
    expect(await runner.check({ signal: signal() })).toEqual({
      ok: true,
      version: 'v1.36.3',
    });
    const ordinary = cluster.server.handler;
    cluster.server.handler = (request, response) =>
      request.path === '/version'
        ? ordinary(request, response)
        : refuse(response, 401, 'Unauthorized');
    expect(await runner.check({ signal: signal() })).toEqual({
      ok: false,
      message: expect.stringMatching(
        /Could not list jobs on cluster east: Unauthorized; renew/,
      ),
    });
  });

  it('tells which platforms nodes can take, where it may look', async () => {
    const node = (name: string, arch: string, change: object = {}) => ({
      metadata: {
        name,
        labels: { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': arch },
      },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
      ...change,
    });
    cluster.put('nodes', node('a', 'amd64'));
    cluster.put('nodes', node('b', 'arm64', { spec: { unschedulable: true } }));
    cluster.put(
      'nodes',
      node('c', 's390x', {
        status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
      }),
    );
    cluster.put('nodes', { metadata: { name: 'd' } });
    expect(
      await runner.platformsAvailable({ signal: signal() }),
    ).toBeUndefined();
    const looking = await open({
      watchNodes: true,
      nodeSelector: { pool: 'x' },
    });
    expect(await looking.platformsAvailable({ signal: signal() })).toEqual(
      new Set(['linux/amd64']),
    );
    expect(cluster.server.requests.at(-1)?.query.get('labelSelector')).toBe(
      'pool=x',
    );
    looking.close();
  });

  describe('with hostUsers: auto', () => {
    /** Makes the probe's pod as soon as its Job is there. */
    const answerProbe = (hostUsers: boolean | undefined, state: object) => {
      const ordinary = cluster.server.handler;
      cluster.server.handler = (request, response) => {
        const answer = ordinary(request, response);
        const body = request.body as { metadata?: { name: string } };
        if (body?.metadata?.name.startsWith('buildog-probe-')) {
          cluster.put('pods', {
            metadata: { name: 'probe' },
            spec: { hostUsers },
            status: { containerStatuses: [status('probe', state)] },
          });
        }
        return answer;
      };
    };
    const startedWith = async (on: KubernetesRunner, made = job()) => {
      await on.start(made, { signal: signal() });
      const stored = cluster.objects.jobs.get(attempt.name) as unknown as {
        spec: { template: { spec: { hostUsers?: boolean } } };
      };
      return stored.spec.template.spec.hostUsers;
    };

    it.each([
      ['ran in one', false, { terminated: { exitCode: 0 } }, false],
      ['runs in one', false, { running: {} }, false],
      [
        'could not be made',
        false,
        { waiting: { reason: 'CreateContainerError' } },
        undefined,
      ],
      [
        'could not be started',
        false,
        { terminated: { exitCode: 128, reason: 'StartError' } },
        undefined,
      ],
      [
        'lost the field on an old cluster',
        undefined,
        { terminated: { exitCode: 0 } },
        undefined,
      ],
    ])('decides by a probe that %s', async (_, hostUsers, state, expected) => {
      answerProbe(hostUsers, state);
      const careful = await open({ hostUsers: 'auto' });
      expect(await startedWith(careful)).toBe(expected);
      const probes = () =>
        cluster
          .changes()
          .filter(change => change.includes('jobs/buildog-probe'));
      expect(probes()).toHaveLength(2); // made and removed
      await careful.start(job(), { signal: signal() });
      expect(probes()).toHaveLength(2);
      careful.close();
    });

    it('does not ask for a builder that cannot', async () => {
      const careful = await open({ hostUsers: 'auto' });
      const made = job();
      made.build.needs.userNamespaces = 'unsupported';
      expect(await startedWith(careful, made)).toBeUndefined();
      expect(cluster.changes()).toHaveLength(2);
      careful.close();
    });

    it('goes on without when the probe cannot be made', async () => {
      const ordinary = cluster.server.handler;
      cluster.server.handler = (request, response) => {
        const body = request.body as { metadata?: { name: string } };
        return body?.metadata?.name.startsWith('buildog-probe-')
          ? refuse(response, 403, 'exceeded quota')
          : ordinary(request, response);
      };
      const careful = await open({ hostUsers: 'auto' });
      expect(await startedWith(careful)).toBeUndefined();
      careful.close();
    });
  });
});
