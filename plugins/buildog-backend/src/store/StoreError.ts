/** What a store can refuse or fail with. */
export type StoreErrorCode =
  | 'NotFound'
  /** The state of the build does not allow the command; the message says why. */
  | 'InvalidState'
  /** Another configuration publishes to that repository. */
  | 'RepositoryClaimed'
  /** The idempotency key was used for another request. */
  | 'IdempotencyKeyReused'
  | 'InvalidCursor'
  /** The controller is draining and takes no new requests. */
  | 'Draining'
  /** A second replica on SQLite. */
  | 'SecondReplica'
  /** The configured installation id is not the database's. */
  | 'InstallationMismatch'
  /** The row was written by a newer version of Buildog. */
  | 'UnknownVersion';

/**
 * An answer of the store that is not a failure of the database; those pass
 * through unchanged. Never worth a retry.
 */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly retryable = false;
  /** The offending field of the request, where there is one. */
  readonly field?: string;

  constructor(
    code: StoreErrorCode,
    message: string,
    options: { field?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'StoreError';
    this.code = code;
    this.field = options.field;
  }
}
