import type {
  AttemptObservation,
  ContainerObservation,
} from '@buildog/plugin-buildog-node';
import type { AttemptRow } from './AttemptRow';
import type { BuildPlan } from './BuildPlan';
import { isBuildContainer } from './containers';
import type { Lifecycle } from './DecideContext';
import type { FailureFacts } from './FailureFacts';
import { classifyAgent } from './failures/classifyAgent';
import { classifyBuild } from './failures/classifyBuild';
import type { Classified } from './failures/Classified';
import { classifyPod } from './failures/classifyPod';
import { classifyWaiting } from './failures/classifyWaiting';
import { reason } from './reason';
import { formatSeconds } from './words';

/** Everything that tells why an attempt does not get on. */
export interface FailureInput {
  attempt: AttemptRow;
  /** Absent when the runner did not answer. */
  seen: AttemptObservation | undefined;
  /** What the log says; absent until it was read. */
  facts: FailureFacts | undefined;
  plan: BuildPlan | undefined;
  lifecycle: Lifecycle;
  now: Date;
}

/** What is to be said about an attempt that has not published. */
export type FailureVerdict =
  /** Nothing is wrong, or not for long enough. */
  | { state: 'GoingOn'; lookAgainAt?: Date }
  /** A build container failed: its log has to be read first. */
  | { state: 'NeedsLog' }
  | { state: 'Failed'; failure: Classified };

/**
 * Gives facts their meaning. From the surest to the vaguest: what happened to
 * the pod as a whole, which container ended badly and why, what keeps one
 * from starting, the deadline. Pure.
 */
export function classifyFailure(input: FailureInput): FailureVerdict {
  const { attempt, seen, plan, lifecycle, now } = input;
  if (seen?.state === 'Absent') {
    return failed({
      phase: 'Lost',
      reason: reason(
        'JobDeleted',
        `The job ${attempt.name} was deleted by hand or by a cleaner in ${attempt.cluster}.`,
      ),
      retryable: true,
    });
  }
  if (seen) {
    const ended = seen.pod?.containers.find(badlyEnded);
    const pod = classifyPod(input, seen, ended !== undefined);
    if (pod) return failed(pod);
    if (ended) return classifyContainer(input, ended);
    const waiting = classifyWaiting(input, seen);
    if (waiting && waiting.due.getTime() <= now.getTime()) {
      return failed(waiting.failure);
    }
    if (waiting) return { state: 'GoingOn', lookAgainAt: waiting.due };
  }
  const due = new Date(
    attempt.deadlineAt.getTime() + lifecycle.deadlineGraceSeconds * 1000,
  );
  if (now.getTime() < due.getTime()) {
    return { state: 'GoingOn', lookAgainAt: due };
  }
  return failed(
    seen
      ? {
          phase: 'Lost',
          reason: deadlineReason(plan),
          retryable: false,
        }
      : {
          phase: 'Lost',
          reason: reason(
            'ClusterUnreachable',
            `${attempt.cluster} did not answer until the job's deadline.`,
          ),
          retryable: true,
        },
  );
}

/** The sentence for a job that ran into its deadline. */
export function deadlineReason(plan: BuildPlan | undefined) {
  return reason(
    'DeadlineExceeded',
    plan
      ? `The build needed more than its limit of ${formatSeconds(
          plan.deadlineSeconds,
        )} and was stopped.`
      : 'The build needed more than its time limit and was stopped.',
  );
}

function classifyContainer(
  input: FailureInput,
  ended: ContainerObservation,
): FailureVerdict {
  if (!isBuildContainer(ended.name)) {
    return failed(classifyAgent(input, ended));
  }
  if (!input.facts) return { state: 'NeedsLog' };
  return failed(classifyBuild(input, ended, input.facts));
}

function badlyEnded(container: ContainerObservation): boolean {
  return (
    container.state === 'Terminated' &&
    container.exitCode !== 0 &&
    container.name !== 'sidecar' &&
    container.name !== 'proxy'
  );
}

function failed(failure: Classified): FailureVerdict {
  return { state: 'Failed', failure };
}
