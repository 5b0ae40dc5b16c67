import { digestOf, sha256, splitDigest } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { acceptManifests } from '../model/mediaTypes';
import { withDefaultTag } from '../reference/formatReference';
import { Reference } from '../reference/Reference';
import { CallOptions, FetchedManifest } from './callOptions';
import { readMediaType } from './headManifest';
import { RegistryEndpoint } from './RegistryEndpoint';

/** Larger manifests are refused, as registries do. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** Digest, tag or `latest`: what a reference points at. */
export function manifestTarget(reference: Reference): string {
  const { digest, tag } = withDefaultTag(reference);
  return digest ?? tag ?? 'latest';
}

/**
 * Gets a manifest and verifies it: against the digest of the reference, or else
 * against the one the registry tells.
 */
export async function fetchManifest(
  endpoint: RegistryEndpoint,
  reference: Reference,
  options: CallOptions,
): Promise<FetchedManifest> {
  const target = manifestTarget(reference);
  const host = endpoint.address.registry;
  const response = await endpoint.request({
    method: 'GET',
    target: `manifests/${target}`,
    repository: reference.path,
    actions: ['pull'],
    headers: { accept: acceptManifests },
    expect: [200],
    action: `pull manifest ${target}`,
    signal: options.signal,
  });
  const bytes = await response.bytes(MAX_MANIFEST_BYTES, `manifest ${target}`);
  const mediaType = readMediaType(response);
  if (mediaType === undefined) {
    throw new OciError(
      'registryFault',
      `${host} gave manifest ${target} without a media type`,
      { host, repository: reference.path },
    );
  }
  const { digest: wanted } = reference;
  const digest = wanted
    ? digestOf(splitDigest(wanted).algorithm, bytes)
    : sha256(bytes);
  const told = response.header('docker-content-digest');
  const isWrong = wanted
    ? digest !== wanted
    : told?.startsWith('sha256:') && told !== digest;
  if (isWrong) {
    throw new OciError(
      'digestMismatch',
      `${host}/${reference.path} gave bytes for manifest ${target} that have another digest`,
      { host, repository: reference.path },
    );
  }
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}
