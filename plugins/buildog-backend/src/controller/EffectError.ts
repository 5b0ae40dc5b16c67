import type { Reason, ReasonCategory } from '@buildog/plugin-buildog-common';
import { reason } from '../domain/reason';

/** What an effect of our own cannot do, with its reason for people. */
export class EffectError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly reason: Reason;

  constructor(
    code: string,
    message: string,
    options: { category: ReasonCategory; retryable: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'EffectError';
    this.code = code;
    this.retryable = options.retryable;
    this.reason = reason(code, message, options.category);
  }
}
