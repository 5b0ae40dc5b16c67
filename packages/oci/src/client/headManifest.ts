import { isDigest } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { Descriptor } from '../model/Descriptor';
import { acceptManifests } from '../model/mediaTypes';
import { Reference } from '../reference/Reference';
import { RegistryResponse } from '../transport/RegistryResponse';
import { CallOptions } from './callOptions';
import { fetchManifest, manifestTarget } from './fetchManifest';
import { RegistryEndpoint } from './RegistryEndpoint';

/**
 * Asks for a manifest without fetching it. A registry that does not tell digest
 * or size in its headers is asked for the manifest itself.
 */
export async function headManifest(
  endpoint: RegistryEndpoint,
  reference: Reference,
  options: CallOptions,
): Promise<Descriptor | undefined> {
  const target = manifestTarget(reference);
  const response = await endpoint.request({
    method: 'HEAD',
    target: `manifests/${target}`,
    repository: reference.path,
    actions: ['pull'],
    headers: { accept: acceptManifests },
    expect: [200, 404],
    action: `find manifest ${target}`,
    signal: options.signal,
  });
  await response.discard();
  if (response.status === 404) return undefined;
  const digest = response.header('docker-content-digest');
  const size = response.contentLength();
  const mediaType = readMediaType(response);
  if (!isDigest(digest) || size === undefined || mediaType === undefined) {
    return (await fetchManifest(endpoint, reference, options)).descriptor;
  }
  if (reference.digest !== undefined && digest !== reference.digest) {
    throw new OciError(
      'digestMismatch',
      `${endpoint.address.registry}/${reference.path} answered with another manifest than ${reference.digest}`,
      { host: endpoint.address.registry, repository: reference.path },
    );
  }
  return { mediaType, digest, size };
}

/** `Content-Type` without parameters, lower case. */
export function readMediaType(response: RegistryResponse): string | undefined {
  const type = response.header('content-type')?.split(';')[0].trim();
  return type ? type.toLowerCase() : undefined;
}
