import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type {
  AttemptObservation,
  AttemptRef,
} from '@buildog/plugin-buildog-node';
import { attemptOf } from '../job/labels';
import { newestPod, observePod } from './observePod';

/** Why the Job controller could not make a pod. */
export interface CreateFailure {
  reason: string;
  message: string;
}

/**
 * Translates a Job and its pods into facts. Pure. A Job that is missing or
 * belongs to somebody else is `Absent`, whatever pods are left.
 */
export function observeJob(
  attempt: AttemptRef,
  job: V1Job | undefined,
  pods: V1Pod[],
  createFailure?: CreateFailure,
): AttemptObservation {
  if (!job?.metadata || !isOwn(job, attempt)) return { state: 'Absent' };
  const pod = newestPod(pods.filter(candidate => isPodOf(candidate, job)));
  const finished = job.status?.conditions?.find(
    condition =>
      condition.status === 'True' &&
      (condition.type === 'Complete' || condition.type === 'Failed'),
  );
  return {
    state: 'Present',
    uid: job.metadata.uid ?? '',
    removing: job.metadata.deletionTimestamp !== undefined,
    ...(finished && {
      jobCondition: {
        type: finished.type === 'Complete' ? 'Complete' : 'Failed',
        reason: finished.reason ?? '',
        message: finished.message ?? '',
      },
    }),
    ...(!pod && createFailure && { createFailure }),
    ...(pod && { pod: observePod(job, pod) }),
  };
}

/** Whether an object of the attempt's name is the attempt's. */
export function isOwn(object: V1Job, attempt: AttemptRef): boolean {
  const found = attemptOf(object.metadata ?? {});
  return (
    found !== undefined &&
    found.installationId === attempt.installationId &&
    found.attemptId === attempt.attemptId
  );
}

/** A pod of an earlier Job of the same name has another owner uid. */
function isPodOf(pod: V1Pod, job: V1Job): boolean {
  const owners = pod.metadata?.ownerReferences ?? [];
  return owners.some(owner => owner.uid === job.metadata?.uid);
}
