/** A signing key that cannot be used. Never worth a retry, never quotes the key. */
export class CosignKeyError extends Error {
  readonly code = 'InvalidKey';
  readonly retryable = false;

  constructor(problem: string) {
    super(`the cosign key cannot be used: ${problem}`);
    this.name = 'CosignKeyError';
  }
}
