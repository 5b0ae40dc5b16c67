import { mediaTypes } from '@buildog/oci';
import type { ImageBundle } from '../image/ComposedImage';

/** Content of the file `oci-layout`. */
export const layoutVersion = JSON.stringify({ imageLayoutVersion: '1.0.0' });

/**
 * Content of `index.json` (OCI image specification, "Image Layout"): the bundle,
 * once for each of its names.
 *
 * @param names - complete references; none is fine
 */
export function layoutIndex(
  { root }: ImageBundle,
  names: readonly string[],
): string {
  const { mediaType, digest, size } = root;
  const entry = { mediaType, digest, size };
  const named = names.map(name => ({
    ...entry,
    annotations: {
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': tagOf(name),
    },
  }));
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: named.length > 0 ? named : [entry],
  });
}

function tagOf(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  return colon < 0 ? 'latest' : last.slice(colon + 1);
}
