import type { Reason } from '@buildog/plugin-buildog-common';

/**
 * What a source resolver throws; `retryable` for outages only.
 * @public
 */
export class SourceError extends Error {
  readonly reason: Reason;
  readonly retryable: boolean;

  constructor(
    reason: Reason,
    options: { retryable: boolean; cause?: unknown },
  ) {
    super(reason.message, { cause: options.cause });
    this.name = 'SourceError';
    this.reason = reason;
    this.retryable = options.retryable;
  }
}
