import type { Reason } from '@buildog/plugin-buildog-common';

/**
 * A task that a scheduler cannot prepare: the task fails with `reason`, and
 * nothing was started. Never worth a retry.
 * @public
 */
export class SchedulerError extends Error {
  readonly reason: Reason;
  readonly retryable = false;

  constructor(reason: Reason, cause?: unknown) {
    super(reason.message, { cause });
    this.name = 'SchedulerError';
    this.reason = reason;
  }
}
