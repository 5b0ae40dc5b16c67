/** @public */
export type LogStoreErrorCode =
  | 'OffsetConflict'
  | 'Unavailable'
  | 'QuotaExceeded'
  | 'InvalidKey'
  | 'Corrupt';

/**
 * What a log store throws.
 * @public
 */
export class LogStoreError extends Error {
  readonly code: LogStoreErrorCode;
  readonly retryable: boolean;
  /** With `OffsetConflict`: the size the stream really has. */
  readonly size?: number;

  constructor(
    code: LogStoreErrorCode,
    message: string,
    options: { size?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'LogStoreError';
    this.code = code;
    this.retryable = code === 'Unavailable' || code === 'OffsetConflict';
    this.size = options.size;
  }
}
