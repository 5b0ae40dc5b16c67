import { RegistryClient } from '../client/RegistryClient';
import { Descriptor } from '../model/Descriptor';
import { Digest } from '../digest/Digest';
import { pushBlobs } from '../push/pushBlobs';
import { PushOptions } from '../push/PushOptions';
import { Reference } from '../reference/Reference';
import { readImage } from '../verify/readImage';

/**
 * Copies an image, index or artefact with everything it lists, byte for byte,
 * between repositories or registries. Within one registry blobs are mounted.
 * When `to` has a tag it is moved last, after all is there; a digest in `to` must
 * be that of what is copied. Referrers are not copied.
 *
 * @returns the descriptor of what was copied
 * @throws {@link OciError} from either registry
 * @public
 */
export async function copyImage(
  client: RegistryClient,
  from: Reference,
  to: Reference,
  options: PushOptions = {},
): Promise<Descriptor> {
  const { signal, onProgress } = options;
  const all = await readImage(client, from, { signal, from: 'origin' });
  const blobs = new Map<Digest, Descriptor>();
  for (const { parsed } of all) {
    for (const blob of parsed.kind === 'image'
      ? [parsed.config, ...parsed.layers]
      : []) {
      blobs.set(blob.digest, blob);
    }
  }
  await pushBlobs(
    client,
    to,
    blobs.values(),
    (blob, stop) =>
      client.getBlob(from, blob, { signal: stop, from: 'origin' }),
    { ...options, mountFrom: [...(options.mountFrom ?? []), from] },
  );
  const { registry, path } = to;
  let copied = all[0].descriptor;
  for (const [i, { descriptor, bytes }] of all.entries()) {
    const { mediaType, digest } = descriptor;
    const isRoot = i === all.length - 1;
    copied = await client.putManifest(
      isRoot ? { digest, ...to } : { registry, path, digest },
      { mediaType, bytes },
      { signal },
    );
    onProgress?.({ type: 'manifest', digest });
  }
  return copied;
}
