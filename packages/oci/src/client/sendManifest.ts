import { sha256, splitDigest, digestOf } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { Descriptor } from '../model/Descriptor';
import { Reference } from '../reference/Reference';
import { CallOptions, ManifestToPut } from './callOptions';
import { MAX_MANIFEST_BYTES } from './fetchManifest';
import { RegistryEndpoint } from './RegistryEndpoint';

/**
 * Puts a manifest under the reference's tag, or under its digest when there is
 * no tag, and checks that the registry computed the same digest.
 */
export async function sendManifest(
  endpoint: RegistryEndpoint,
  reference: Reference,
  manifest: ManifestToPut,
  options: CallOptions,
): Promise<Descriptor> {
  const bytes = Buffer.from(manifest.bytes);
  const { mediaType } = manifest;
  const details = {
    host: endpoint.address.registry,
    repository: reference.path,
  };
  if (bytes.length > MAX_MANIFEST_BYTES) {
    throw new OciError(
      'tooLarge',
      `the manifest has ${bytes.length} bytes, at most ${MAX_MANIFEST_BYTES} are allowed`,
      details,
    );
  }
  const digest = reference.digest
    ? digestOf(splitDigest(reference.digest).algorithm, bytes)
    : sha256(bytes);
  if (reference.digest !== undefined && reference.digest !== digest) {
    throw new OciError(
      'digestMismatch',
      `the manifest has the digest ${digest}, not ${reference.digest}`,
      details,
    );
  }
  const target = reference.tag ?? digest;
  const response = await endpoint.request({
    method: 'PUT',
    target: `manifests/${target}`,
    repository: reference.path,
    actions: ['pull', 'push'],
    headers: { 'content-type': mediaType },
    body: bytes,
    expect: [200, 201, 202],
    action: `put manifest ${target}`,
    signal: options.signal,
  });
  await response.discard();
  const told = response.header('docker-content-digest');
  const isOther =
    told?.startsWith(`${splitDigest(digest).algorithm}:`) && told !== digest;
  if (isOther) {
    throw new OciError(
      'digestMismatch',
      `${endpoint.address.registry}/${reference.path} stored manifest ${target} under another digest than ${digest}`,
      details,
    );
  }
  return { mediaType, digest, size: bytes.length };
}
