import {
  formatPlatform,
  formatRepository,
  parseManifest,
  parseReference,
  withDefaultTag,
  type Descriptor,
  type ParsedManifest,
  type Platform,
  type Reference,
} from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import type { Layer, LayerChain } from '../layers/Layer';
import type { ImageConfig } from '../model/ImageConfig';
import type { BlobFolder } from './BlobFolder';
import { choosePlatform, fits } from './choosePlatform';
import { parseImageConfig } from './parseImageConfig';
import type { Registries } from './Registries';

/** An image for one platform, as far as it can be known without its layers. */
export interface FoundImage {
  /** `registry/repository@digest` of the manifest. */
  readonly reference: string;
  readonly platform: Platform;
  readonly config: ImageConfig;
  readonly chain: LayerChain;
}

type ImageManifest = Extract<ParsedManifest, { kind: 'image' }>;

/**
 * Images of registries. A tag is asked for each time; what a digest names is kept,
 * because it never changes.
 */
export class RegistryImages {
  constructor(
    private readonly registries: Registries,
    private readonly blobs: BlobFolder,
  ) {}

  /**
   * Finds an image for a platform.
   *
   * @throws {@link BuilderError} `manifest` where it does not exist for the
   * platform, and what {@link Registries.use} throws
   */
  async find(
    text: string,
    platform: Platform,
    signal: AbortSignal,
  ): Promise<FoundImage> {
    const reference = withDefaultTag(parseReference(text));
    let found = await this.manifest(reference, signal);
    for (let depth = 0; found.parsed.kind === 'index'; depth++) {
      if (depth > 3) throw tooDeep(text);
      const { digest } = choosePlatform(found.parsed.manifests, platform, text);
      const child = { ...reference, tag: undefined, digest };
      found = await this.manifest(child, signal);
    }
    const { descriptor, parsed } = found;
    const image = parsed as ImageManifest;
    const config = await this.config(reference, image.config, text, signal);
    const { registry, path } = reference;
    const repository = formatRepository({ registry, path });
    if (config.rootfs.diff_ids.length > 0 && !fits(config, platform)) {
      throw wrongPlatform(text, config, platform);
    }
    return {
      reference: `${repository}@${descriptor.digest}`,
      platform,
      config,
      chain: chainOf(image, config, repository, text),
    };
  }

  private async manifest(
    reference: Reference,
    signal: AbortSignal,
  ): Promise<{ descriptor: Descriptor; parsed: ParsedManifest }> {
    const { digest } = reference;
    const what = `manifest of ${formatRepository(reference)}`;
    const kept = digest && (await this.blobs.read(digest));
    if (kept) {
      const mediaType = mediaTypeOf(kept);
      const descriptor = { digest, mediaType, size: kept.length };
      return { descriptor, parsed: parseManifest(kept, mediaType, what) };
    }
    const { descriptor, bytes } = await this.fetchManifest(reference, signal);
    const parsed = parseManifest(bytes, descriptor.mediaType, what);
    // Without the media type inside, the bytes alone would not tell what they are.
    if (mediaTypeOf(bytes) === descriptor.mediaType) {
      await this.blobs.write(descriptor.digest, bytes);
    }
    return { descriptor, parsed };
  }

  private fetchManifest(reference: Reference, signal: AbortSignal) {
    return this.registries.use(reference, 'pull', async client => {
      if (reference.digest) return client.getManifest(reference, { signal });
      // Asking for the digest first is quick where the manifest is known.
      const head = await client.headManifest(reference, { signal });
      const bytes = head && (await this.blobs.read(head.digest));
      return bytes && head && mediaTypeOf(bytes) === head.mediaType
        ? { descriptor: head, bytes }
        : client.getManifest(reference, { signal });
    });
  }

  private async config(
    reference: Reference,
    blob: Descriptor,
    image: string,
    signal: AbortSignal,
  ): Promise<ImageConfig> {
    const kept = await this.blobs.read(blob.digest);
    const bytes =
      kept ??
      (await this.registries.use(reference, 'pull', client =>
        client.getBlobBytes(reference, blob, { signal }),
      ));
    if (!kept) await this.blobs.write(blob.digest, bytes);
    return parseImageConfig(bytes, image);
  }
}

/**
 * The layers that a manifest and its configuration speak of.
 *
 * @throws {@link BuilderError} `manifest` where they do not fit together
 */
export function chainOf(
  { layers }: Pick<ImageManifest, 'layers'>,
  { rootfs }: ImageConfig,
  from: string | undefined,
  image: string,
): readonly Layer[] {
  if (layers.length !== rootfs.diff_ids.length) {
    throw new BuilderError(
      'manifest',
      `${image} is broken: its manifest has ${layers.length} layers, its configuration ${rootfs.diff_ids.length}`,
    );
  }
  return layers.map(({ mediaType, digest, size }, index) => ({
    diffId: rootfs.diff_ids[index],
    blob: { mediaType, digest, size },
    ...(from !== undefined && { from }),
  }));
}

function mediaTypeOf(bytes: Buffer): string {
  try {
    const { mediaType, manifests } = JSON.parse(bytes.toString('utf8'));
    if (typeof mediaType === 'string') return mediaType;
    return Array.isArray(manifests)
      ? 'application/vnd.oci.image.index.v1+json'
      : 'application/vnd.oci.image.manifest.v1+json';
  } catch {
    return '';
  }
}

/** The error for an image that is made for another platform and has no index. */
export function wrongPlatform(
  image: string,
  offered: Platform,
  wanted: Platform,
): BuilderError {
  return new BuilderError(
    'manifest',
    `${image} does not exist for ${formatPlatform(
      wanted,
    )}; it exists for ${formatPlatform(offered)}`,
    { platform: formatPlatform(wanted) },
  );
}

function tooDeep(image: string): BuilderError {
  return new BuilderError(
    'manifest',
    `${image} is an index of indexes, deeper than any image is`,
  );
}
