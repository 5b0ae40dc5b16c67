/** @public */
export type RunnerErrorCode =
  | 'Unreachable'
  | 'Unauthorized'
  | 'Conflict'
  | 'QuotaExceeded'
  | 'AdmissionRefused'
  | 'InvalidJob'
  | 'RateLimited'
  | 'Internal';

/**
 * What a runner throws. `retryAfterMs` is the server's wish, where it said
 * one.
 * @public
 */
export class RunnerError extends Error {
  readonly code: RunnerErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;

  constructor(
    code: RunnerErrorCode,
    message: string,
    options: { retryable: boolean; retryAfterMs?: number; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'RunnerError';
    this.code = code;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
  }
}
