import type { KubernetesClient } from './client/KubernetesClient';
import { removeJob } from './removeJob';
import { FakeCluster } from './testing/FakeCluster';
import { clusterJob, clusterPod } from './testing/clusterObjects';
import { attempt } from './testing/jobs.fixture';

describe('removeJob', () => {
  let cluster: FakeCluster;
  let client: KubernetesClient;
  const secret = { metadata: { name: 'buildog-attempt-1-input' } };

  beforeEach(async () => {
    cluster = new FakeCluster();
    await cluster.server.start();
    client = await cluster.server.client();
  });
  afterEach(() => cluster.server.stop());

  const remove = (gracePeriodSeconds = 5) =>
    removeJob({
      client,
      namespace: 'builds',
      attempt,
      gracePeriodSeconds,
      signal: AbortSignal.timeout(5_000),
    });
  const bodyOf = (path: string) =>
    cluster.server.requests.find(
      request => request.method === 'DELETE' && request.path.includes(path),
    )?.body;

  it('removes Job, pods and Secret, the pods first and with the grace that was asked for', async () => {
    cluster.put('jobs', clusterJob());
    cluster.put('pods', clusterPod());
    cluster.put('secrets', secret);
    await remove();
    const { jobs, pods, secrets } = cluster.objects;
    expect([jobs.size, pods.size, secrets.size]).toEqual([0, 0, 0]);
    expect(cluster.changes().at(-1)).toBe(`DELETE jobs/${attempt.name}`);
    expect(bodyOf('/pods/')).toMatchObject({ gracePeriodSeconds: 5 });
    expect(bodyOf('/jobs/')).toMatchObject({
      propagationPolicy: 'Foreground',
      preconditions: { uid: 'job-uid' },
    });
  });

  it('never takes a pod out of the API before its processes are gone', async () => {
    cluster.put('jobs', clusterJob());
    cluster.put('pods', clusterPod());
    await remove(0);
    expect(bodyOf('/pods/')).toMatchObject({ gracePeriodSeconds: 1 });
  });

  it('removes what is left of a Job that is gone', async () => {
    cluster.put('pods', clusterPod());
    cluster.put('secrets', secret);
    await remove();
    expect(cluster.objects.pods.size + cluster.objects.secrets.size).toBe(0);
    await remove();
  });

  it('leaves somebody else’s Job, and its Secret, alone', async () => {
    const foreign = clusterJob();
    Object.assign(foreign.metadata?.labels ?? {}, {
      'buildog.dev/installation': 'another-portal',
    });
    cluster.put('jobs', foreign);
    cluster.put('secrets', secret);
    await remove();
    expect(cluster.changes()).toEqual([]);
  });

  it('passes on that it may not', async () => {
    await cluster.server.stop();
    await expect(remove()).rejects.toMatchObject({ status: 0 });
    await cluster.server.start();
  });
});
