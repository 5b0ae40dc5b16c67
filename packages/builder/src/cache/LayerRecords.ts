import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '@buildog/oci';
import { isDigestText } from './isDigestText';
import type { FetchedAddress } from '../execute/Executor';
import type { Layer } from '../layers/Layer';
import type { LayerStore } from '../layers/LayerStore';
import { takeLock, type HeldLock } from './FileLock';

/** What is remembered of a key. */
export interface LayerRecord {
  /** Absent when the step changed nothing. */
  readonly layer?: Layer;
  /** When it was made, milliseconds since 1970. */
  readonly createdAt?: number;
  /** What the step asked for through the proxy. */
  readonly fetched?: readonly FetchedAddress[];
  /** For people: the step that made it. */
  readonly description: string;
}

/** Another place that may know a key, such as a registry. */
export interface RecordSource {
  find(key: Digest): Promise<LayerRecord | undefined>;
}

/**
 * Which layer a key stands for, as files of a folder. A file appears complete or
 * not at all, and its time is when it was last of use. Safe with any number of
 * processes; everything in it can be deleted.
 */
export class LayerRecords {
  /** What was of use or made, by platform: for those who export it. */
  readonly used = new Map<string, Map<Digest, LayerRecord>>();

  constructor(
    private readonly folder: string,
    private readonly layers: Pick<LayerStore, 'has'>,
    private readonly others: readonly RecordSource[] = [],
  ) {}

  /** The record of a key whose layer can still be had. */
  async find(key: Digest): Promise<LayerRecord | undefined> {
    const own = await this.read(key);
    if (own && (await this.isThere(own.layer))) return own;
    for (const other of this.others) {
      const found = await other.find(key);
      if (found) {
        await this.put(key, found);
        return found;
      }
    }
    return undefined;
  }

  /** Remembers a result. */
  async put(key: Digest, record: LayerRecord): Promise<void> {
    const path = this.pathOf(key);
    const draft = `${path}.${randomUUID()}`;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, JSON.stringify({ version: 1, key, ...record }));
    await rename(draft, path);
  }

  /** Says that a result was of use for a platform (`os/architecture`). */
  note(platform: string, key: Digest, record: LayerRecord): void {
    const used = this.used.get(platform) ?? new Map<Digest, LayerRecord>();
    this.used.set(platform, used.set(key, record));
  }

  /** Held while a key is worked on, so that others wait instead of doing the same. */
  lock(key: Digest, signal: AbortSignal): Promise<HeldLock> {
    return takeLock(`${this.pathOf(key)}.lock`, signal);
  }

  private async read(key: Digest): Promise<LayerRecord | undefined> {
    const path = this.pathOf(key);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch {
      return undefined;
    }
    const record = parseRecord(text);
    if (record?.key !== key) return undefined;
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return record;
  }

  private async isThere(layer: Layer | undefined): Promise<boolean> {
    return (
      layer === undefined || layer.from !== undefined || this.layers.has(layer)
    );
  }

  private pathOf(key: Digest): string {
    const hex = key.slice(key.indexOf(':') + 1);
    return join(this.folder, hex.slice(0, 2), hex.slice(2));
  }
}

/** Reads a record; undefined for what is none. */
export function parseRecord(
  text: string,
): (LayerRecord & { readonly key: Digest }) | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { version, key, description, layer, fetched, createdAt } =
    fieldsOf(value);
  if (version !== 1 || !isDigestText(key)) return undefined;
  const record = {
    key,
    description: String(description),
    ...(typeof createdAt === 'number' && { createdAt }),
    // Only ever shown: written by us, and harmless whatever it is.
    ...(Array.isArray(fetched) && { fetched: fetched as FetchedAddress[] }),
  };
  if (layer === undefined) return record;
  const { diffId, blob, from } = fieldsOf(layer);
  const { mediaType, digest, size } = fieldsOf(blob);
  const isLayer =
    isDigestText(diffId) &&
    isDigestText(digest) &&
    typeof mediaType === 'string' &&
    Number.isSafeInteger(size);
  if (!isLayer) return undefined;
  return {
    ...record,
    layer: {
      diffId,
      blob: { mediaType, digest, size: size as number },
      ...(typeof from === 'string' && { from }),
    },
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
