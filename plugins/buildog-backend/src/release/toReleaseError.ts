import { isOciError } from '@buildog/oci';
import type { OciError, OciErrorCode } from '@buildog/oci';
import type { ReasonCode } from '@buildog/plugin-buildog-common';
import { ReleaseError } from './ReleaseError';
import { releaseReason } from './releaseReason';

const CODES: Partial<Record<OciErrorCode, ReasonCode>> = {
  notFound: 'DigestNotInRegistry',
  digestMismatch: 'DigestMismatch',
  invalidManifest: 'DigestMismatch',
  unsupported: 'DigestMismatch',
  tooLarge: 'DigestMismatch',
  invalidReference: 'RepositoryNotAllowed',
  unauthorized: 'PushUnauthorized',
  forbidden: 'PushDenied',
  rateLimited: 'RegistryRateLimited',
};

/**
 * Says in Buildog's words what a registry refused. `OciError`'s messages hold
 * no credential, so they may be shown.
 *
 * @param step - begins the sentence: `Verifying`, `Signing`, `Moving the tag v1`
 * @param fallback - the reason when no other fits
 */
export function toReleaseError(
  error: unknown,
  step: string,
  fallback: ReasonCode,
): ReleaseError {
  if (error instanceof ReleaseError) return error;
  if (!isOciError(error)) {
    return new ReleaseError(
      releaseReason(fallback, `${step} failed unexpectedly.`),
      { retryable: true, cause: error },
    );
  }
  const code = CODES[error.code] ?? networkCode(error) ?? fallback;
  return new ReleaseError(
    releaseReason(code, `${step} failed: ${error.message}.`),
    { retryable: isRetryable(error), cause: error },
  );
}

function networkCode(error: OciError): ReasonCode | undefined {
  return ['network', 'registryFault', 'tls', 'redirectRefused'].includes(
    error.code,
  )
    ? 'RegistryUnreachable'
    : undefined;
}

function isRetryable(error: OciError): boolean {
  return error.retryable || error.code === 'aborted';
}
