import { formatPlatform as formatOciPlatform } from '@buildog/oci';
import type { VerifiedImage as RegistryImage } from '@buildog/oci';
import { formatPlatform } from '@buildog/plugin-buildog-common';
import { ReleaseError } from './ReleaseError';
import { releaseReason } from './releaseReason';
import type { ClaimedImage, VerifiedImage } from './Releaser';

/**
 * Compares what the registry has with what the pod claimed. A claim names one
 * image for one platform, so an index is accepted only with exactly one.
 *
 * @throws ReleaseError `DigestMismatch` or `PlatformMismatch`; never worth a
 * retry, because a digest's content does not change.
 */
export function checkImage(
  claim: ClaimedImage,
  found: RegistryImage,
  expectedLabels: Record<string, string>,
): VerifiedImage {
  const where = `${claim.repository}@${claim.digest}`;
  if (found.digest !== claim.digest) {
    throw refuse(
      'DigestMismatch',
      `The registry answered with ${found.digest} where ${where} was asked for.`,
    );
  }
  if (found.manifests.length !== 1) {
    throw refuse(
      'DigestMismatch',
      `${where} holds ${
        found.manifests.length
      } images where one for ${formatPlatform(claim.platform)} was promised.`,
    );
  }
  const [image] = found.manifests;
  const { os, architecture, cpuVariant } = claim.platform;
  const actual = image.platform;
  const matches =
    actual?.os === os &&
    actual.architecture === architecture &&
    (cpuVariant === undefined || actual.variant === cpuVariant);
  if (!matches) {
    throw refuse(
      'PlatformMismatch',
      `${where} is for ${
        actual ? formatOciPlatform(actual) : 'no platform at all'
      } where ${formatPlatform(claim.platform)} was built.`,
    );
  }
  for (const [name, value] of Object.entries(expectedLabels)) {
    if (image.labels[name] === value) continue;
    throw refuse(
      'DigestMismatch',
      `${where} does not carry the label ${name}=${value} that this build gave it.`,
    );
  }
  return {
    ...claim,
    mediaType: found.mediaType,
    size: image.size + found.size,
  };
}

function refuse(
  code: 'DigestMismatch' | 'PlatformMismatch',
  message: string,
): ReleaseError {
  return new ReleaseError(releaseReason(code, message), { retryable: false });
}
