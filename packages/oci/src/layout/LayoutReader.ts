import { Digest, digestOf, splitDigest } from '../digest/Digest';
import { abortedError } from '../errors/errorFromCause';
import { OciError } from '../errors/OciError';
import { Descriptor } from '../model/Descriptor';
import {
  configMediaTypes,
  indexMediaTypes,
  manifestMediaTypes,
} from '../model/mediaTypes';
import { parseConfig, parseManifest } from '../model/parseManifest';
import { LayoutImage, LayoutLimits, LayoutManifest } from './Layout';
import { openLayoutFile, readLayoutFile } from './openLayoutFile';

/** What one reading of a layout is bound to. */
export interface LayoutRules {
  readonly limits: LayoutLimits;
  readonly layerMediaTypes: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

/** Path of a blob below a layout's root. Safe: a digest holds no separator. */
export function blobPath(digest: Digest): string[] {
  const { algorithm, hex } = splitDigest(digest);
  return ['blobs', algorithm, hex];
}

/**
 * Walks a layout from its roots down, collecting manifests and blobs. Every file
 * of JSON is read once, with its digest; layers are opened to see kind and size.
 */
export class LayoutReader {
  readonly manifests = new Map<Digest, LayoutManifest>();
  readonly blobs = new Map<Digest, Descriptor>();
  private readonly known = new Map<Digest, Descriptor>();
  private totalBytes = 0;
  private manifestCount = 0;
  private totalJsonBytes = 0;

  constructor(
    private readonly root: string,
    private readonly rules: LayoutRules,
  ) {}

  /** Reads a manifest or index and all below it. Asked again it does nothing. */
  async readManifest(descriptor: Descriptor, depth: number): Promise<void> {
    const { limits, signal } = this.rules;
    if (signal?.aborted) throw abortedError(signal);
    if (this.isKnown(descriptor)) return;
    const { digest, mediaType } = descriptor;
    const isIndex = indexMediaTypes.has(mediaType);
    if (!isIndex && !manifestMediaTypes.has(mediaType)) {
      throw new OciError(
        'unsupported',
        `${digest} is listed with a media type that is neither an image manifest nor an index`,
      );
    }
    if (isIndex && depth > limits.maxDepth) {
      throw tooLarge(`indexes are nested deeper than ${limits.maxDepth}`);
    }
    this.manifestCount += 1;
    if (this.manifestCount > limits.maxManifests) {
      throw tooLarge(`it has more than ${limits.maxManifests} manifests`);
    }
    this.totalJsonBytes += descriptor.size;
    if (this.totalJsonBytes > limits.maxTotalJsonBytes) {
      throw tooLarge(
        `its manifests have more than ${limits.maxTotalJsonBytes} bytes together`,
      );
    }
    const bytes = await this.readJson(descriptor);
    const parsed = parseManifest(bytes, mediaType, `manifest ${digest}`);
    if (parsed.kind === 'index') {
      const children = new Set<Digest>();
      for (const child of parsed.manifests) {
        await this.readManifest(child, depth + 1);
        children.add(child.digest);
      }
      this.add({ descriptor, bytes, children: [...children] });
    } else {
      const image = await this.readImage(digest, parsed);
      this.add({ descriptor, bytes, children: [], image });
    }
  }

  private async readImage(
    digest: Digest,
    image: { config: Descriptor; layers: readonly Descriptor[] },
  ): Promise<LayoutImage> {
    const { limits, layerMediaTypes } = this.rules;
    const { config, layers } = image;
    if (!configMediaTypes.has(config.mediaType)) {
      throw new OciError(
        'unsupported',
        `manifest ${digest} is no image: its config has another media type`,
      );
    }
    if (layers.length > limits.maxLayers) {
      throw tooLarge(
        `manifest ${digest} has ${layers.length} layers, at most ${limits.maxLayers} are allowed`,
      );
    }
    layers.forEach((layer, i) => {
      if (!layerMediaTypes.has(layer.mediaType)) {
        throw new OciError(
          'unsupported',
          `layers[${i}] of manifest ${digest} has a media type that is not allowed; layers must be in the layout as tar, gzip or zstd`,
        );
      }
    });
    const bytes = await this.readJson(config);
    const { platform, layerCount } = parseConfig(
      bytes,
      `config ${config.digest}`,
    );
    if (layerCount !== layers.length) {
      throw new OciError(
        'invalidLayout',
        `manifest ${digest} has ${layers.length} layers, its config speaks of ${layerCount}`,
      );
    }
    for (const blob of [config, ...layers]) await this.addBlob(blob);
    return { config, layers, ...(platform && { platform }) };
  }

  private async addBlob(blob: Descriptor): Promise<void> {
    if (this.isKnown(blob)) return;
    const { limits } = this.rules;
    if (blob.size > limits.maxBlobBytes) {
      throw tooLarge(
        `blob ${blob.digest} has ${blob.size} bytes, at most ${limits.maxBlobBytes} are allowed`,
      );
    }
    this.totalBytes += blob.size;
    if (this.totalBytes > limits.maxTotalBytes) {
      throw tooLarge(
        `its blobs have more than ${limits.maxTotalBytes} bytes together`,
      );
    }
    const file = await openLayoutFile(this.root, blobPath(blob.digest));
    await file.handle.close();
    checkSize(blob, file.size);
    this.blobs.set(blob.digest, blob);
  }

  private async readJson(descriptor: Descriptor): Promise<Buffer> {
    const { digest, size } = descriptor;
    const bytes = await readLayoutFile(
      this.root,
      blobPath(digest),
      this.rules.limits.maxJsonBytes,
      size,
    );
    if (digestOf(splitDigest(digest).algorithm, bytes) !== digest) {
      throw new OciError(
        'digestMismatch',
        `blobs/${digest.replace(':', '/')} of the layout has another digest`,
      );
    }
    return bytes;
  }

  /** Remembers a descriptor; the same digest must not be two things. */
  private isKnown(descriptor: Descriptor): boolean {
    const before = this.known.get(descriptor.digest);
    if (!before) {
      this.known.set(descriptor.digest, descriptor);
      return false;
    }
    const isSame =
      before.size === descriptor.size &&
      before.mediaType === descriptor.mediaType;
    if (isSame) return true;
    throw new OciError(
      'invalidLayout',
      `${descriptor.digest} is listed twice, with different sizes or media types`,
    );
  }

  private add(manifest: LayoutManifest): void {
    this.manifests.set(manifest.descriptor.digest, manifest);
  }
}

/** A blob must be as long as its descriptor says. */
export function checkSize(blob: Descriptor, size: number): void {
  if (blob.size === size) return;
  throw new OciError(
    'digestMismatch',
    `blobs/${blob.digest.replace(
      ':',
      '/',
    )} of the layout has ${size} bytes where ${blob.size} were announced`,
  );
}

function tooLarge(reason: string): OciError {
  return new OciError('tooLarge', `the layout is not accepted: ${reason}`);
}
