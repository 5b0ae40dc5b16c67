import type { V1ContainerStatus, V1Job, V1Pod } from '@kubernetes/client-node';
import { identityLabels } from '../job/labels';
import { jobManifest } from '../job/jobManifest';
import { attempt, config, job } from './jobs.fixture';

/** The attempt's Job, as a cluster has it. */
export function clusterJob(jobStatus: object = {}): V1Job {
  const made = jobManifest(job(), config, { userNamespace: false });
  return JSON.parse(
    JSON.stringify({
      ...made,
      metadata: {
        ...made.metadata,
        uid: 'job-uid',
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      status: jobStatus,
    }),
  );
}

/** State of a container in a pod's status. */
export function status(name: string, state: object): V1ContainerStatus {
  return {
    name,
    state,
    image: 'i',
    imageID: `${name}@sha256:i`,
    ready: false,
    restartCount: 0,
  };
}

/** The Job's pod. */
export function clusterPod(
  change: {
    status?: object;
    spec?: object;
    metadata?: object;
  } = {},
): V1Pod {
  return JSON.parse(
    JSON.stringify({
      metadata: {
        name: `${attempt.name}-abcde`,
        uid: 'pod-uid',
        creationTimestamp: '2026-01-01T00:00:01Z',
        labels: identityLabels(attempt),
        ownerReferences: [{ kind: 'Job', uid: 'job-uid' }],
        ...change.metadata,
      },
      spec: change.spec ?? {},
      status: { phase: 'Pending', ...change.status },
    }),
  );
}
