import { isOciError } from '../errors/OciError';
import { OciError } from '../errors/OciError';
import { Repository } from '../reference/Reference';
import { BlobSource, PutBlobOptions, PutBlobOutcome } from './callOptions';
import { BlobUpload } from './BlobUpload';
import { headBlob } from './headBlob';
import { RegistryEndpoint } from './RegistryEndpoint';

/** Brings a blob into a repository, with as little traffic as it takes. */
export async function uploadBlob(
  endpoint: RegistryEndpoint,
  repository: Repository,
  blob: BlobSource,
  options: PutBlobOptions,
): Promise<PutBlobOutcome> {
  const { signal, onProgress } = options;
  const found = await headBlob(endpoint, repository.path, blob.digest, {
    signal,
    forPush: true,
  });
  if (found) {
    if (found.size !== undefined && found.size !== blob.size) {
      throw new OciError(
        'digestMismatch',
        `${repository.registry}/${repository.path} has blob ${blob.digest} with ${found.size} bytes, not ${blob.size}`,
        { host: repository.registry, repository: repository.path },
      );
    }
    return 'existed';
  }
  const mount = await mountBlob(endpoint, repository, blob, options);
  if (mount === 'mounted') return 'mounted';
  await new BlobUpload(endpoint, repository.path, blob, {
    signal,
    onProgress,
    location: mount,
  }).run();
  return 'uploaded';
}

/**
 * Tries to mount a blob from where it is. Gives the location of an open upload
 * when the registry answered with one instead.
 */
async function mountBlob(
  endpoint: RegistryEndpoint,
  repository: Repository,
  blob: BlobSource,
  options: PutBlobOptions,
): Promise<'mounted' | URL | undefined> {
  const { signal, mountFrom = [] } = options;
  for (const from of mountFrom) {
    if (from.registry !== repository.registry) continue;
    if (from.path === repository.path) continue;
    try {
      const found = await headBlob(endpoint, from.path, blob.digest, {
        signal,
      });
      if (!found) continue;
      const response = await endpoint.request({
        method: 'POST',
        target: `blobs/uploads/?mount=${encodeURIComponent(
          blob.digest,
        )}&from=${encodeURIComponent(from.path)}`,
        repository: repository.path,
        actions: ['pull', 'push'],
        alsoPull: [from.path],
        expect: [201, 202],
        action: `mount blob ${blob.digest}`,
        signal,
      });
      await response.discard();
      if (response.status === 201) return 'mounted';
      const location = response.header('location');
      if (location) return endpoint.resolveLocation(location, response);
    } catch (error) {
      // No right to read there, or no such repository: then it is uploaded.
      const isMinor =
        isOciError(error) &&
        ['unauthorized', 'forbidden', 'notFound', 'refused'].includes(
          error.code,
        );
      if (!isMinor) throw error;
    }
  }
  return undefined;
}
