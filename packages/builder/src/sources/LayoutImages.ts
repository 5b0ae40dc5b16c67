import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  readLayout,
  sha256,
  type Descriptor,
  type Digest,
  type Layout,
  type Platform,
} from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import type { LayerStore } from '../layers/LayerStore';
import { choosePlatform, fits } from './choosePlatform';
import { parseImageConfig } from './parseImageConfig';
import { chainOf, wrongPlatform, type FoundImage } from './RegistryImages';

/** Images of OCI layouts on this machine (`oci-layout://folder[:tag][@digest]`). */
export class LayoutImages {
  constructor(private readonly layers: LayerStore) {}

  /**
   * Finds an image for a platform, and takes its layers over.
   *
   * @throws {@link BuilderError} `validation` for a tag that is not there,
   * `manifest` where it does not exist for the platform
   */
  async find(
    text: string,
    platform: Platform,
    signal: AbortSignal,
  ): Promise<FoundImage> {
    const { folder, tag, digest } = parseLayoutReference(text);
    const layout = await readLayout(folder, { signal });
    const root = chooseRoot(layout, text, { tag, digest });
    const manifest = layout.manifests.get(
      chooseImage(layout, root, platform, text),
    );
    if (!manifest?.image) throw missing(text, 'it lists no image');
    const { image } = manifest;
    const bytes = await buffer(await layout.openBlob(image.config.digest));
    if (sha256(bytes) !== image.config.digest) {
      throw missing(text, 'its configuration has another digest');
    }
    const config = parseImageConfig(bytes, text);
    if (!fits(config, platform)) throw wrongPlatform(text, config, platform);
    const chain = chainOf(image, config, undefined, text);
    for (const layer of chain) {
      await this.layers.import(layer, () => layout.openBlob(layer.blob.digest));
    }
    const name = sha256(resolve(folder)).slice(7, 19);
    const reference = `oci-layout/${name}@${manifest.descriptor.digest}`;
    return { reference, platform, config, chain };
  }
}

/** True for what {@link LayoutImages.find} takes. */
export function isLayoutReference(text: string): boolean {
  return text.startsWith('oci-layout:');
}

interface LayoutReference {
  readonly folder: string;
  readonly tag?: string;
  readonly digest?: string;
}

function parseLayoutReference(text: string): LayoutReference {
  const rest = text.replace(/^oci-layout:(\/\/)?/, '');
  const [, path, digest] =
    /^(.*?)(?:@(sha256:[0-9a-f]{64}))?$/s.exec(rest) ?? [];
  const [, folder, tag] =
    /^(.*?)(?::([\w][\w.-]{0,127}))?$/s.exec(path ?? '') ?? [];
  return { folder: folder ?? '', tag, digest };
}

function chooseRoot(
  { roots }: Layout,
  text: string,
  { tag, digest }: Pick<LayoutReference, 'tag' | 'digest'>,
): Descriptor {
  const nameOf = ({ annotations }: Descriptor) =>
    annotations?.['org.opencontainers.image.ref.name'];
  const found = roots.filter(
    root =>
      (digest === undefined || root.digest === digest) &&
      (tag === undefined || nameOf(root) === tag),
  );
  if (found.length === 1) return found[0];
  const names = roots.map(root => nameOf(root) ?? root.digest).join(', ');
  throw missing(
    text,
    found.length === 0
      ? `it holds only ${names}`
      : `it holds several images (${names}): add :tag or @digest`,
  );
}

function chooseImage(
  { manifests }: Layout,
  root: Descriptor,
  platform: Platform,
  text: string,
): Digest {
  let at = root;
  for (let depth = 0; depth < 4; depth++) {
    const manifest = manifests.get(at.digest);
    if (!manifest || manifest.image) return at.digest;
    const children = manifest.children.flatMap(child => {
      const inner = manifests.get(child);
      return inner
        ? [{ ...inner.descriptor, platform: inner.image?.platform }]
        : [];
    });
    at = choosePlatform(children, platform, text);
  }
  return at.digest;
}

function missing(text: string, why: string): BuilderError {
  return new BuilderError(
    'validation',
    `no image can be taken from ${text}: ${why}`,
  );
}
