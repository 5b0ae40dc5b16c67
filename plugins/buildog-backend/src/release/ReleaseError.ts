import type { Reason } from '@buildog/plugin-buildog-common';

/**
 * What a releaser throws: the reason for people, and whether trying again may
 * help.
 */
export class ReleaseError extends Error {
  readonly reason: Reason;
  readonly retryable: boolean;

  constructor(
    reason: Reason,
    options: { retryable: boolean; cause?: unknown },
  ) {
    super(reason.message, { cause: options.cause });
    this.name = 'ReleaseError';
    this.reason = reason;
    this.retryable = options.retryable;
  }
}
