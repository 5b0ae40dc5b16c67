/**
 * What can be wrong with a value of the vocabulary.
 * @public
 */
export type ModelErrorCode =
  | 'InvalidPlatform'
  | 'InvalidRevision'
  | 'InvalidRef'
  | 'InvalidRepositoryUrl'
  | 'InvalidDocument';

/**
 * A value that the vocabulary does not admit. Never worth a retry. The
 * message names the value (shortened) and what would be allowed; it never
 * holds a credential.
 * @public
 */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  readonly retryable = false;

  constructor(code: ModelErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ModelError';
    this.code = code;
  }
}
