import { Digest, splitDigest } from '../digest/Digest';
import { isOciError } from '../errors/OciError';
import { Descriptor } from '../model/Descriptor';
import { mediaTypes } from '../model/mediaTypes';
import { parseIndex } from '../model/parseManifest';
import { Repository } from '../reference/Reference';
import { CallOptions } from './callOptions';
import { fetchManifest } from './fetchManifest';
import { readPages } from './pages';
import { RegistryEndpoint } from './RegistryEndpoint';

/**
 * Lists what refers to a manifest: by the referrers API, or where the registry
 * does not have it (404) from the index under the fallback tag (distribution
 * specification 1.1, "Listing Referrers").
 */
export async function readReferrers(
  endpoint: RegistryEndpoint,
  repository: Repository,
  digest: Digest,
  options: CallOptions & { readonly artifactType?: string },
): Promise<Descriptor[]> {
  const { artifactType } = options;
  const query = artifactType
    ? `?artifactType=${encodeURIComponent(artifactType)}`
    : '';
  const found: Descriptor[] = [];
  try {
    const pages = readPages(
      endpoint,
      {
        target: `referrers/${digest}${query}`,
        repository: repository.path,
        action: `list referrers of ${digest}`,
        headers: { accept: mediaTypes.ociIndex },
      },
      options,
    );
    for await (const { json } of pages) {
      found.push(...parseIndex(json, 'the list of referrers'));
    }
  } catch (error) {
    if (!isOciError(error, 'notFound')) throw error;
    found.push(...(await readFallback(endpoint, repository, digest, options)));
  }
  // A registry may ignore the filter, and the fallback tag knows none.
  return artifactType
    ? found.filter(descriptor => descriptor.artifactType === artifactType)
    : found;
}

async function readFallback(
  endpoint: RegistryEndpoint,
  repository: Repository,
  digest: Digest,
  options: CallOptions,
): Promise<Descriptor[]> {
  const { algorithm, hex } = splitDigest(digest);
  const tag = `${algorithm}-${hex}`.slice(0, 128);
  try {
    const { bytes } = await fetchManifest(
      endpoint,
      { ...repository, tag },
      options,
    );
    return parseIndex(bytes, `the index under tag ${tag}`);
  } catch (error) {
    if (isOciError(error, 'notFound')) return [];
    throw error;
  }
}
