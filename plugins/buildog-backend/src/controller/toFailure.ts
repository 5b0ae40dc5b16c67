import {
  RunnerError,
  SchedulerError,
  SourceError,
} from '@buildog/plugin-buildog-node';
import type { RunnerErrorCode } from '@buildog/plugin-buildog-node';
import type { EffectFailure } from '../domain/Observations';
import { plainText } from '../domain/plainText';
import { reason } from '../domain/reason';
import { ReleaseError } from '../release/ReleaseError';
import { EffectError } from './EffectError';

const RUNNER_CODES: Record<RunnerErrorCode, string> = {
  Unreachable: 'ClusterUnreachable',
  Unauthorized: 'ClusterUnauthorized',
  Conflict: 'WorkloadConflict',
  QuotaExceeded: 'QuotaExceeded',
  AdmissionRefused: 'AdmissionRefused',
  InvalidJob: 'InvalidJob',
  RateLimited: 'ClusterUnreachable',
  Internal: 'ClusterUnreachable',
};

const POLICY = new Set([
  'ClusterUnauthorized',
  'WorkloadConflict',
  'InvalidJob',
]);

/**
 * What an exception of an effect means. The typed errors of the extension
 * points speak for themselves; anything else is a bug or an outage, whose
 * text stays in the backend's log.
 *
 * @param doing - what was being done, as in "could not …".
 */
export function toFailure(error: unknown, doing: string): EffectFailure {
  if (
    error instanceof SourceError ||
    error instanceof ReleaseError ||
    error instanceof SchedulerError ||
    error instanceof EffectError
  ) {
    return { reason: error.reason, retryable: error.retryable };
  }
  if (error instanceof RunnerError) {
    const code = RUNNER_CODES[error.code];
    return {
      reason: reason(
        code,
        plainText(error.message, 1000),
        POLICY.has(code) ? 'Policy' : 'Infrastructure',
      ),
      retryable: error.retryable,
      retryAfterMs: error.retryAfterMs,
    };
  }
  return {
    reason: reason(
      'ControllerError',
      `Buildog could not ${doing}. The backend's log says why.`,
    ),
    retryable: true,
  };
}

/** True for the typed errors, whose messages are for people. */
export function isExpected(error: unknown): boolean {
  return (
    error instanceof SourceError ||
    error instanceof ReleaseError ||
    error instanceof SchedulerError ||
    error instanceof EffectError ||
    error instanceof RunnerError
  );
}
