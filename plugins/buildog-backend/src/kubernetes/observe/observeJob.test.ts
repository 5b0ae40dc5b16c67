import { clusterJob, clusterPod, status } from '../testing/clusterObjects';
import { attempt } from '../testing/jobs.fixture';
import { observeJob } from './observeJob';

const see = (
  ...rest: [Parameters<typeof observeJob>[1], Parameters<typeof observeJob>[2]?]
) => observeJob(attempt, rest[0], rest[1] ?? []);

/** The pod of an observation that must have one. */
function podSeen(change: Parameters<typeof clusterPod>[0], jobStatus = {}) {
  const seen = see(clusterJob(jobStatus), [clusterPod(change)]);
  if (seen.state !== 'Present' || !seen.pod) throw new Error('no pod seen');
  return seen.pod;
}

describe('observeJob', () => {
  it('sees nothing where no Job is, whatever pods are left', () => {
    expect(see(undefined, [clusterPod()])).toEqual({ state: 'Absent' });
  });

  it.each([
    ['buildog.dev/installation', 'another'],
    ['buildog.dev/attempt', 'another'],
    ['app.kubernetes.io/managed-by', 'Helm'],
  ])('does not take a Job of another %s for its own', (label, value) => {
    const foreign = clusterJob();
    Object.assign(foreign.metadata?.labels ?? {}, { [label]: value });
    expect(see(foreign)).toEqual({ state: 'Absent' });
  });

  it('sees a Job without a pod, and why', () => {
    const failure = { reason: 'FailedCreate', message: 'exceeded quota' };
    expect(observeJob(attempt, clusterJob(), [], failure)).toEqual({
      state: 'Present',
      uid: 'job-uid',
      removing: false,
      createFailure: failure,
    });
    const withPod = observeJob(attempt, clusterJob(), [clusterPod()], failure);
    expect(withPod).not.toHaveProperty('createFailure');
  });

  it.each([
    ['Complete', 'CompletionsReached'],
    ['Failed', 'DeadlineExceeded'],
  ])('sees that the Job is %s', (type, reason) => {
    const conditions = [
      { type: 'SuccessCriteriaMet', status: 'True' },
      { type, status: 'True', reason, message: 'words' },
    ];
    expect(see(clusterJob({ conditions }))).toMatchObject({
      jobCondition: { type, reason, message: 'words' },
    });
    const undone = [{ type, status: 'False', reason }];
    expect(see(clusterJob({ conditions: undone }))).not.toHaveProperty(
      'jobCondition',
    );
  });

  it('sees that it is being removed', () => {
    const going = clusterJob();
    Object.assign(going.metadata ?? {}, {
      deletionTimestamp: '2026-01-01T00:00:00Z',
    });
    expect(see(going)).toMatchObject({ removing: true });
  });

  it('sees the containers in the order they run, and no injected one', () => {
    const pod = podSeen({
      spec: { nodeName: 'node-1' },
      status: {
        phase: 'Running',
        initContainerStatuses: [
          status('istio-init', { terminated: { exitCode: 0 } }),
          status('build', { running: { startedAt: '2026-01-01T00:00:05Z' } }),
          status('init', {
            terminated: {
              exitCode: 0,
              reason: 'Completed',
              message: '{"ok":true}',
              startedAt: '2026-01-01T00:00:02Z',
              finishedAt: '2026-01-01T00:00:04Z',
            },
          }),
        ],
        containerStatuses: [
          status('istio-proxy', { running: {} }),
          status('publish', { waiting: { reason: 'PodInitializing' } }),
        ],
      },
    });
    expect(pod).toEqual({
      name: `${attempt.name}-abcde`,
      uid: 'pod-uid',
      nodeName: 'node-1',
      phase: 'Running',
      createdAt: new Date('2026-01-01T00:00:01Z'),
      removing: false,
      containers: [
        {
          name: 'init',
          state: 'Terminated',
          reason: 'Completed',
          message: '{"ok":true}',
          exitCode: 0,
          startedAt: new Date('2026-01-01T00:00:02Z'),
          finishedAt: new Date('2026-01-01T00:00:04Z'),
          imageId: 'init@sha256:i',
        },
        {
          name: 'build',
          state: 'Running',
          startedAt: new Date('2026-01-01T00:00:05Z'),
          imageId: 'build@sha256:i',
        },
        {
          name: 'publish',
          state: 'Waiting',
          reason: 'PodInitializing',
          imageId: 'publish@sha256:i',
        },
      ],
    });
  });

  it('names every container while the pod has no status', () => {
    expect(podSeen({ status: {} }).containers).toEqual(
      ['init', 'build', 'publish'].map(name => ({ name, state: 'Waiting' })),
    );
  });

  it('sees a signal, and a container that never was', () => {
    const { containers } = podSeen({
      status: {
        initContainerStatuses: [
          status('init', {
            terminated: { exitCode: 137, signal: 9, reason: 'OOMKilled' },
          }),
          status('build', {
            terminated: {
              exitCode: 137,
              reason: 'ContainerStatusUnknown',
              startedAt: null,
              finishedAt: '1970-01-01T00:00:00Z',
            },
          }),
        ],
      },
    });
    expect(containers[0]).toMatchObject({ signal: 9, reason: 'OOMKilled' });
    expect(containers[1].startedAt).toBeUndefined();
    expect(containers[1].finishedAt).toBeUndefined();
  });

  it('cuts a message that is longer than any of ours', () => {
    const { containers } = podSeen({
      status: {
        initContainerStatuses: [
          status('init', {
            terminated: { exitCode: 1, message: 'x'.repeat(10_000) },
          }),
        ],
      },
    });
    expect(containers[0].message).toHaveLength(4096);
  });

  it.each(['Unschedulable', 'SchedulingGated'])(
    'sees since when a pod is %s',
    reason => {
      const scheduled = {
        type: 'PodScheduled',
        status: 'False',
        reason,
        message: '0/3 nodes',
        lastTransitionTime: '2026-01-01T00:01:00Z',
      };
      expect(podSeen({ status: { conditions: [scheduled] } })).toMatchObject({
        unschedulable: {
          since: new Date('2026-01-01T00:01:00Z'),
          message: '0/3 nodes',
        },
      });
      const { lastTransitionTime: _, ...bare } = scheduled;
      expect(
        podSeen({ status: { conditions: [bare] } }).unschedulable?.since,
      ).toEqual(new Date('2026-01-01T00:00:01Z'));
    },
  );

  it('sees eviction, disruption, a lost node and a pod that goes', () => {
    expect(
      podSeen({
        metadata: { deletionTimestamp: '2026-01-01T00:00:09Z' },
        status: {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'ephemeral storage',
          conditions: [
            {
              type: 'DisruptionTarget',
              status: 'True',
              reason: 'TerminationByKubelet',
            },
          ],
        },
      }),
    ).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'ephemeral storage',
      disruption: 'TerminationByKubelet',
      removing: true,
    });
    expect(podSeen({ status: { phase: 'Elsewhere' } }).phase).toBe('Unknown');
  });

  it('takes the newest pod of this Job, and none of an earlier one', () => {
    const old = clusterPod({
      metadata: {
        name: 'old',
        uid: 'old',
        creationTimestamp: '2025-12-31T00:00:00Z',
      },
    });
    const earlier = clusterPod({
      metadata: {
        name: 'earlier',
        uid: 'earlier',
        creationTimestamp: '2026-02-01T00:00:00Z',
        ownerReferences: [{ kind: 'Job', uid: 'job-before' }],
      },
    });
    expect(see(clusterJob(), [old, clusterPod(), earlier])).toMatchObject({
      pod: { uid: 'pod-uid' },
    });
    expect(see(clusterJob(), [earlier])).not.toHaveProperty('pod');
  });
});
