import type { AttemptObservation } from '@buildog/plugin-buildog-node';
import type { FailureInput } from '../classifyFailure';
import { plainText } from '../plainText';
import { reason } from '../reason';
import { formatSeconds } from '../words';
import type { Classified } from './Classified';

type Present = Extract<AttemptObservation, { state: 'Present' }>;

/** Something that keeps an attempt from starting, and when it counts as failed. */
export interface Waiting {
  due: Date;
  failure: Classified;
}

const PULLING = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

const STARTING = new Set([
  'CreateContainerError',
  'CreateContainerConfigError',
  'RunContainerError',
  'PreCreateHookError',
  'PostStartHookError',
]);

/** What keeps a pod from being made, placed or started; each for its time. */
export function classifyWaiting(
  input: FailureInput,
  seen: Present,
): Waiting | undefined {
  return (
    waitingForPod(input, seen) ??
    waitingForNode(input, seen) ??
    waitingForContainer(input, seen)
  );
}

function waitingForPod(
  { attempt, lifecycle }: FailureInput,
  { createFailure, pod }: Present,
): Waiting | undefined {
  if (!createFailure || pod) return undefined;
  const detail = plainText(createFailure.message, 300);
  if (/quota/i.test(createFailure.message)) {
    return {
      due: after(attempt.createdAt, lifecycle.neverScheduledSeconds),
      failure: {
        phase: 'Lost',
        reason: reason(
          'QuotaExceeded',
          `The quota of the build namespace in ${
            attempt.cluster
          } was full for ${formatSeconds(
            lifecycle.neverScheduledSeconds,
          )}: ${detail}`,
        ),
        retryable: false,
      },
    };
  }
  return {
    due: attempt.createdAt,
    failure: {
      phase: 'Lost',
      reason: reason(
        'AdmissionRefused',
        `${attempt.cluster} refused the pod: ${detail}`,
      ),
      retryable: false,
    },
  };
}

function waitingForNode(
  { attempt, lifecycle }: FailureInput,
  { pod }: Present,
): Waiting | undefined {
  if (!pod?.unschedulable || pod.nodeName) return undefined;
  const { since, message } = pod.unschedulable;
  const fits =
    /^0\/(\d+) nodes are available: (\d+) node\(s\) didn't match Pod's node affinity\/selector/.exec(
      message,
    );
  const wrongPlatform = fits !== null && fits[1] === fits[2];
  return {
    due: after(since, lifecycle.neverScheduledSeconds),
    failure: {
      phase: 'Lost',
      reason: wrongPlatform
        ? reason(
            'NodePlatformNotFound',
            `No Ready node in ${attempt.cluster} has the platform and the labels this build asks for.`,
          )
        : reason(
            'NeverScheduled',
            `No node in ${
              attempt.cluster
            } could take the build for ${formatSeconds(
              lifecycle.neverScheduledSeconds,
            )}: ${plainText(message, 300)}`,
          ),
      retryable: false,
    },
  };
}

function waitingForContainer(
  { attempt, lifecycle }: FailureInput,
  { pod }: Present,
): Waiting | undefined {
  const stuck = pod?.containers.find(
    container =>
      container.state === 'Waiting' &&
      (container.reason === 'InvalidImageName' ||
        PULLING.has(container.reason ?? '') ||
        STARTING.has(container.reason ?? '')),
  );
  if (!pod || !stuck) return undefined;
  const detail = plainText(stuck.message ?? '', 300);
  if (stuck.reason === 'InvalidImageName') {
    return {
      due: attempt.createdAt,
      failure: {
        phase: 'Lost',
        reason: reason(
          'InvalidImageName',
          `The image of container ${stuck.name} has an invalid name. Correct it in app-config: ${detail}`,
          undefined,
          { location: { container: stuck.name } },
        ),
        retryable: false,
      },
    };
  }
  const since = pod.containers
    .filter(c => c.finishedAt)
    .map(c => c.finishedAt?.getTime() ?? 0)
    .reduce((a, b) => Math.max(a, b), pod.createdAt.getTime());
  return {
    due: after(new Date(since), lifecycle.imagePullSeconds),
    failure: {
      phase: 'Lost',
      reason: PULLING.has(stuck.reason ?? '')
        ? pullReason(stuck.name, detail)
        : reason(
            'ContainerStartFailed',
            `Container ${stuck.name} could not be started: ${detail}`,
            undefined,
            { location: { container: stuck.name } },
          ),
      retryable: true,
    },
  };
}

function pullReason(container: string, detail: string) {
  const limited = /toomanyrequests|too many requests|rate limit|\b429\b/i.test(
    detail,
  );
  return reason(
    limited ? 'ImagePullRateLimited' : 'ImagePullFailed',
    limited
      ? `The registry limits how often the image of container ${container} may be pulled. Use a mirror or a credential: ${detail}`
      : `The image of container ${container} could not be pulled: ${detail}`,
    undefined,
    { location: { container } },
  );
}

function after(since: Date, seconds: number): Date {
  return new Date(since.getTime() + seconds * 1000);
}
