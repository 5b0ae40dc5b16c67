import { mockServices } from '@backstage/backend-test-utils';
import { KubernetesRunner } from './KubernetesRunner';
import { FakeCluster } from './testing/FakeCluster';
import { clusterJob, clusterPod, status } from './testing/clusterObjects';
import { attempt, config } from './testing/jobs.fixture';

const running = { running: { startedAt: '2026-01-01T00:00:05Z' } };
const ended = (exitCode: number) => ({
  terminated: { exitCode, startedAt: '2026-01-01T00:00:05Z' },
});

describe('followContainerLog', () => {
  let cluster: FakeCluster;
  let runner: KubernetesRunner;
  const log = `${attempt.name}-abcde/build`;

  beforeEach(async () => {
    cluster = new FakeCluster();
    await cluster.server.start();
    runner = await KubernetesRunner.create({
      cluster: {
        ...config,
        access: { type: 'token', url: cluster.server.url, token: 't' },
      },
      installationId: attempt.installationId,
      logger: mockServices.logger.mock(),
    });
  });
  afterEach(async () => {
    runner.close();
    await cluster.server.stop();
  });

  const pod = (...states: [string, object][]) =>
    cluster.put(
      'pods',
      clusterPod({
        status: {
          initContainerStatuses: states.map(([name, state]) =>
            status(name, state),
          ),
        },
      }),
    );
  const follow = async (
    options: { since?: Date; container?: string; signal?: AbortSignal } = {},
  ) => {
    const chunks: Uint8Array[] = [];
    const { container = 'build', since } = options;
    for await (const chunk of runner.followLog(attempt, container, {
      since,
      signal: options.signal ?? AbortSignal.timeout(10_000),
    })) {
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  };
  const logRequests = () =>
    cluster.server.requests.filter(request => request.path.endsWith('/log'));

  it('waits for the container by the watch, not by asking', async () => {
    cluster.put('jobs', clusterJob());
    cluster.logs.set(log, response => response.end('one\n'));
    const others = () =>
      cluster.server.requests.filter(request => !request.path.endsWith('/log'));
    const watches = () =>
      others().filter(request => request.query.get('watch') === 'true');
    const text = follow();
    while (watches().length < 2) {
      await new Promise(resolve => setImmediate(resolve));
    }
    const before = others().length;
    pod(['init', running], ['build', { waiting: {} }]);
    pod(['init', ended(0)], ['build', running]);
    setTimeout(() => pod(['init', ended(0)], ['build', ended(0)]), 50);
    expect(await text).toBe('one\n');
    expect(others()).toHaveLength(before);
    expect(logRequests()).toHaveLength(1);
    expect(logRequests()[0].query.toString()).toBe(
      'container=build&follow=true&timestamps=true',
    );
  });

  it('asks from a whole second on', async () => {
    cluster.put('jobs', clusterJob());
    pod(['build', ended(0)]);
    cluster.logs.set(log, response => response.end(''));
    await follow({ since: new Date('2026-01-01T00:00:07.900Z') });
    expect(logRequests()[0].query.get('sinceTime')).toBe(
      '2026-01-01T00:00:07Z',
    );
  });

  it('does not take a stream that ends too early for the end', async () => {
    cluster.put('jobs', clusterJob());
    pod(['build', running]);
    cluster.logs.set(log, response => response.end('half\n'));
    await expect(follow()).rejects.toMatchObject({
      name: 'RunnerError',
      code: 'Unreachable',
      retryable: true,
    });
  });

  it.each([
    [
      'breaks off',
      (r: import('node:http').ServerResponse) => {
        r.write('half');
        setTimeout(() => r.destroy(), 20);
      },
    ],
    [
      'is refused for now',
      (r: import('node:http').ServerResponse) => {
        r.writeHead(400);
        r.end('{"message":"container is waiting to start"}');
      },
    ],
  ])('is to be tried again when the stream %s', async (_, answer) => {
    cluster.put('jobs', clusterJob());
    pod(['build', running]);
    cluster.logs.set(log, answer);
    await expect(follow()).rejects.toMatchObject({ retryable: true });
  });

  it('ends at once for a container that can never run', async () => {
    expect(await follow()).toBe('');
    cluster.put('jobs', clusterJob());
    pod(['init', ended(10)], ['build', { waiting: {} }]);
    expect(await follow()).toBe('');
    expect(await follow({ container: 'publish' })).toBe('');
    expect(logRequests()).toHaveLength(0);
  });

  it('ends when the pod is gone', async () => {
    cluster.put('jobs', clusterJob());
    const text = follow();
    await new Promise(resolve => setTimeout(resolve, 100));
    cluster.remove('jobs', attempt.name);
    expect(await text).toBe('');
    cluster.put('jobs', clusterJob());
    pod(['build', ended(0)]);
    expect(await follow()).toBe('');
  });

  it('stops waiting when it is told to', async () => {
    cluster.put('jobs', clusterJob());
    const stop = new AbortController();
    const text = follow({ signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(text).rejects.toThrow('enough');
  });
});
