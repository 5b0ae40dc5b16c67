import { attemptSecret } from './job/attemptSecret';
import { jobManifest } from './job/jobManifest';
import { refuse } from './testing/FakeApiServer';
import { startJob } from './startJob';
import { FakeCluster } from './testing/FakeCluster';
import { clusterJob } from './testing/clusterObjects';
import { attempt, config, job } from './testing/jobs.fixture';
import type { KubernetesClient } from './client/KubernetesClient';

describe('startJob', () => {
  let cluster: FakeCluster;
  let client: KubernetesClient;
  const secretName = 'buildog-attempt-1-input';

  beforeEach(async () => {
    cluster = new FakeCluster();
    await cluster.server.start();
    client = await cluster.server.client();
  });
  afterEach(() => cluster.server.stop());

  const start = () =>
    startJob({
      client,
      cluster: 'east',
      namespace: 'builds',
      attempt,
      job: jobManifest(job(), config, { userNamespace: false }),
      secret: owner => attemptSecret(job(), 'builds', owner),
      signal: AbortSignal.timeout(5_000),
    });

  it('makes the Job and the Secret that belongs to it, in two requests', async () => {
    const { uid } = await start();
    expect(cluster.server.requests).toHaveLength(2);
    expect(cluster.changes()).toEqual([
      'POST jobs/buildog-attempt-1',
      `POST secrets/${secretName}`,
    ]);
    const secret = cluster.objects.secrets.get(secretName);
    expect(secret?.metadata.ownerReferences).toEqual([
      expect.objectContaining({ name: attempt.name, uid }),
    ]);
  });

  it('adopts its own Job, and makes the Secret that a crash left out', async () => {
    cluster.put('jobs', clusterJob());
    expect(await start()).toEqual({ uid: 'job-uid' });
    expect(cluster.objects.secrets.has(secretName)).toBe(true);
    expect(await start()).toEqual({ uid: 'job-uid' });
    expect(cluster.changes().filter(c => c.startsWith('DELETE'))).toEqual([]);
  });

  it('replaces a Secret that an earlier Job of that name left', async () => {
    cluster.put('secrets', { metadata: { name: secretName }, data: {} });
    await start();
    expect(cluster.changes().slice(1)).toEqual([
      `POST secrets/${secretName}`,
      `DELETE secrets/${secretName}`,
      `POST secrets/${secretName}`,
    ]);
    expect(cluster.objects.secrets.get(secretName)?.immutable).toBe(true);
  });

  it('refuses somebody else’s Job', async () => {
    const foreign = clusterJob();
    Object.assign(foreign.metadata?.labels ?? {}, {
      'buildog.dev/installation': 'another-portal',
    });
    cluster.put('jobs', foreign);
    await expect(start()).rejects.toMatchObject({
      name: 'RunnerError',
      code: 'Conflict',
      retryable: false,
      message: expect.stringMatching(/namespace of its own/),
    });
    expect(cluster.objects.secrets.size).toBe(0);
  });

  it('waits for its own Job that is going', async () => {
    const going = clusterJob();
    Object.assign(going.metadata ?? {}, {
      deletionTimestamp: '2026-01-01T00:00:00Z',
    });
    cluster.put('jobs', going);
    await expect(start()).rejects.toMatchObject({
      code: 'Conflict',
      retryable: true,
    });
  });

  it('does not repeat what a Secret’s refusal quotes', async () => {
    const ordinary = cluster.server.handler;
    cluster.server.handler = (request, response) =>
      request.path.endsWith('/secrets')
        ? refuse(response, 422, 'Secret is invalid: canary-of-publish')
        : ordinary(request, response);
    const failure = await start().catch(error => error);
    expect(failure.status).toBe(422);
    expect(failure.message).not.toContain('canary');
  });

  it('lets another replica be quicker', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect(one).toEqual(two);
    expect(cluster.objects.jobs.size).toBe(1);
    expect(cluster.objects.secrets.size).toBe(1);
  });
});
