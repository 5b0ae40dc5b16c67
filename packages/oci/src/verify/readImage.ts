import { PullOptions } from '../client/callOptions';
import { RegistryClient } from '../client/RegistryClient';
import { Digest } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { Descriptor } from '../model/Descriptor';
import { ParsedManifest, parseManifest } from '../model/parseManifest';
import { Reference } from '../reference/Reference';

const MAX_MANIFESTS = 512;
const MAX_DEPTH = 4;
/** They are all kept in memory. */
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;

/** One manifest or index of an image in a registry. */
export interface ReadManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  readonly parsed: ParsedManifest;
}

/**
 * Reads a manifest and everything it lists: children before their index, the
 * root last, each once.
 */
export async function readImage(
  client: RegistryClient,
  reference: Reference,
  options: PullOptions,
): Promise<ReadManifest[]> {
  const found = new Map<Digest, ReadManifest>();
  let fetched = 0;
  let totalBytes = 0;
  const visit = async (target: Reference, listed?: Descriptor, depth = 0) => {
    if (listed && found.has(listed.digest)) return;
    fetched += 1;
    if (fetched > MAX_MANIFESTS || depth > MAX_DEPTH) throw tooLarge(reference);
    const { descriptor, bytes } = await client.getManifest(target, options);
    totalBytes += bytes.length;
    if (totalBytes > MAX_TOTAL_BYTES) throw tooLarge(reference);
    if (listed) checkListed(listed, descriptor, reference);
    const parsed = parseManifest(
      bytes,
      descriptor.mediaType,
      `manifest ${descriptor.digest}`,
    );
    const children = parsed.kind === 'index' ? parsed.manifests : [];
    for (const child of children) {
      const { registry, path } = reference;
      await visit({ registry, path, digest: child.digest }, child, depth + 1);
    }
    found.set(descriptor.digest, { descriptor, bytes, parsed });
  };
  await visit(reference);
  return [...found.values()];
}

function checkListed(
  listed: Descriptor,
  got: Descriptor,
  { registry, path }: Reference,
): void {
  if (listed.size === got.size && listed.mediaType === got.mediaType) return;
  throw new OciError(
    'digestMismatch',
    `manifest ${listed.digest} has another size or media type than the index of ${registry}/${path} says`,
    { host: registry, repository: path },
  );
}

function tooLarge({ registry, path }: Reference): OciError {
  return new OciError(
    'tooLarge',
    `the index in ${registry}/${path} has more than ${MAX_MANIFESTS} manifests, ${MAX_DEPTH} levels or ${MAX_TOTAL_BYTES} bytes of them`,
    { host: registry, repository: path },
  );
}
