import type { AttemptObservation } from '@buildog/plugin-buildog-node';
import type { FailureInput } from '../classifyFailure';
import { deadlineReason } from '../classifyFailure';
import { plainText } from '../plainText';
import { reason } from '../reason';
import { formatBytes } from '../words';
import type { Classified } from './Classified';

type Present = Extract<AttemptObservation, { state: 'Present' }>;

/** Disruptions that mean the node, not the pod. */
const NODE_DISRUPTIONS = new Set([
  'DeletionByTaintManager',
  'DeletionByPodGC',
  'PreemptionByScheduler',
]);

const NODE_REASONS = new Set([
  'NodeLost',
  'NodeShutdown',
  'NodeAffinity',
  'Terminated',
  'Shutdown',
  'UnexpectedAdmissionError',
]);

/**
 * What happened to the pod as a whole, which explains whatever its containers
 * say: eviction, a node that went away, the deadline, a deletion.
 *
 * @param ended - whether a container ended badly.
 */
export function classifyPod(
  { plan, attempt }: FailureInput,
  { pod, jobCondition }: Present,
  ended: boolean,
): Classified | undefined {
  if (
    jobCondition?.reason === 'DeadlineExceeded' ||
    pod?.reason === 'DeadlineExceeded'
  ) {
    return {
      phase: 'Lost',
      reason: deadlineReason(plan),
      retryable: false,
    };
  }
  if (pod?.phase === 'Failed' || pod?.disruption) {
    const lost = classifyDisruption(pod, plan);
    if (lost) return lost;
  }
  // A pod that is being deleted kills its containers: 137 and 143 say no more.
  if (pod?.removing && ended) return podDeleted(attempt.name);
  if (jobCondition?.type === 'Failed' && !pod) return podDeleted(attempt.name);
  return undefined;
}

function classifyDisruption(
  pod: NonNullable<Present['pod']>,
  plan: FailureInput['plan'],
): Classified | undefined {
  const message = pod.message ?? '';
  if (pod.reason === 'Evicted' || pod.disruption === 'TerminationByKubelet') {
    if (/ephemeral|emptydir/i.test(message) && /exceed/i.test(message)) {
      const limit = plan && formatBytes(plan.resources.ephemeralStorageBytes);
      return {
        phase: 'Lost',
        reason: reason(
          'EphemeralStorageExceeded',
          `The build needed more disk than its limit${
            limit ? ` of ${limit}` : ''
          } and was stopped.`,
        ),
        retryable: false,
      };
    }
    return evicted(message);
  }
  if (pod.disruption === 'EvictionByEvictionAPI') return evicted(message);
  if (
    NODE_REASONS.has(pod.reason ?? '') ||
    NODE_DISRUPTIONS.has(pod.disruption ?? '')
  ) {
    return {
      phase: 'Lost',
      reason: reason('NodeLost', 'The node went away.'),
      retryable: true,
    };
  }
  return undefined;
}

function evicted(message: string): Classified {
  const detail = plainText(message, 200);
  return {
    phase: 'Lost',
    reason: reason(
      'PodEvicted',
      `The node evicted the build${detail ? `: ${detail}` : '.'}`,
    ),
    retryable: true,
  };
}

function podDeleted(job: string): Classified {
  return {
    phase: 'Lost',
    reason: reason('PodDeleted', `The pod of job ${job} was deleted.`),
    retryable: true,
  };
}
