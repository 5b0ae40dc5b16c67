import {
  formatRepository,
  isOciError,
  mediaTypes,
  parseManifest,
  parseReference,
  sha256,
  type Descriptor,
  type Digest,
  type Reference,
} from '@buildog/oci';
import type { Layer } from '../layers/Layer';
import type { LayerBytes } from '../output/LayerBytes';
import type { Registries } from '../sources/Registries';
import {
  parseRecord,
  type LayerRecord,
  type RecordSource,
} from './LayerRecords';

/** Kind of the artefact that holds a cache. */
const ARTIFACT = 'application/vnd.buildog.cache.v1';
const RECORDS = 'application/vnd.buildog.cache.records.v1+json';
const MAX_BYTES = 16 * 1024 ** 2;
/** More would only be read by nobody: the oldest go. */
const MAX_RECORDS = 2000;

/** How a cache in a registry is reached. */
export interface RegistryCacheOptions {
  readonly registries: Registries;
  readonly signal: AbortSignal;
  /** Told why a cache was of no use: a build goes on without. */
  readonly warn: (message: string) => void;
}

/**
 * A cache in a registry repository: for each platform one tag
 * (`TAG-linux-amd64`), an artefact whose configuration is the records and whose
 * layers are those that the records name. Layers are fetched when a step needs
 * their files, and their digests are checked then.
 */
export class RegistryCache implements RecordSource {
  private readonly reference: Reference;
  private loaded: Promise<ReadonlyMap<Digest, LayerRecord>> | undefined;

  /** @throws `OciError` `invalidReference` */
  constructor(
    text: string,
    private readonly platforms: readonly string[],
    private readonly options: RegistryCacheOptions,
  ) {
    this.reference = parseReference(text);
  }

  async find(key: Digest): Promise<LayerRecord | undefined> {
    this.loaded ??= this.load();
    return (await this.loaded).get(key);
  }

  /** Pushes records with their layers, besides those that are there. */
  async export(
    platform: string,
    used: ReadonlyMap<Digest, LayerRecord>,
    layers: LayerBytes,
  ): Promise<void> {
    const before = await this.loadOne(platform).catch(() => undefined);
    const all = [...new Map([...(before ?? []), ...used])].slice(-MAX_RECORDS);
    const blobs = new Map<Digest, Layer>();
    for (const [, { layer }] of all) {
      if (layer) blobs.set(layer.blob.digest, layer);
    }
    const records = Buffer.from(
      JSON.stringify(
        all.map(([key, { layer, ...rest }]) => ({
          version: 1,
          key,
          ...rest,
          ...(layer && { layer: { diffId: layer.diffId, blob: layer.blob } }),
        })),
      ),
    );
    const config: Descriptor = {
      mediaType: RECORDS,
      digest: sha256(records),
      size: records.length,
    };
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        artifactType: ARTIFACT,
        config,
        layers: [...blobs.values()].map(({ blob }) => blob),
      }),
    );
    const { registries, signal } = this.options;
    const { Readable } = await import('node:stream');
    await registries.use(this.reference, 'push', async client => {
      for (const layer of blobs.values()) {
        await client.putBlob(
          this.reference,
          { ...layer.blob, open: () => layers.openLayer(layer) },
          { signal },
        );
      }
      await client.putBlob(
        this.reference,
        { ...config, open: () => Readable.from([records]) },
        { signal },
      );
      await client.putManifest(
        this.tagged(platform),
        { mediaType: mediaTypes.ociManifest, bytes: manifest },
        { signal },
      );
    });
  }

  private async load(): Promise<ReadonlyMap<Digest, LayerRecord>> {
    const found = await Promise.all(
      this.platforms.map(platform =>
        this.loadOne(platform).catch((error: Error) => {
          if (this.options.signal.aborted) throw error;
          this.options.warn(
            `the cache in ${formatRepository(this.reference)} is not used: ${
              error.message
            }`,
          );
          return new Map<Digest, LayerRecord>();
        }),
      ),
    );
    return new Map(found.flatMap(records => [...records]));
  }

  private async loadOne(
    platform: string,
  ): Promise<ReadonlyMap<Digest, LayerRecord>> {
    const { registries, signal } = this.options;
    const { reference } = this;
    return registries.use(reference, 'pull', async client => {
      let manifest;
      try {
        manifest = await client.getManifest(this.tagged(platform), { signal });
      } catch (error) {
        // The first build of all has no cache yet.
        if (isOciError(error, 'notFound')) return new Map();
        throw error;
      }
      const { bytes, descriptor } = manifest;
      const parsed = parseManifest(bytes, descriptor.mediaType, 'the cache');
      if (parsed.kind !== 'image' || parsed.config.mediaType !== RECORDS) {
        return new Map();
      }
      const text = await client.getBlobBytes(reference, parsed.config, {
        signal,
        maxBytes: MAX_BYTES,
      });
      return readRecords(text, formatRepository(reference));
    });
  }

  private tagged(platform: string): Reference {
    const { registry, path, tag = 'buildcache' } = this.reference;
    return { registry, path, tag: `${tag}-${platform.replace(/\//g, '-')}` };
  }
}

function readRecords(
  bytes: Buffer,
  from: string,
): ReadonlyMap<Digest, LayerRecord> {
  const list: unknown = JSON.parse(bytes.toString('utf8'));
  const records = new Map<Digest, LayerRecord>();
  for (const item of Array.isArray(list) ? (list as unknown[]) : []) {
    const parsed = parseRecord(JSON.stringify(item));
    if (!parsed) continue;
    const { key, layer, ...rest } = parsed;
    records.set(key, { ...rest, ...(layer && { layer: { ...layer, from } }) });
  }
  return records;
}
