import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { createHash } from 'node:crypto';
import { PassThrough, type Transform } from 'node:stream';
import { FlatTree } from './FlatTree.ts';
import type { ImageTree } from './ImageTree.ts';
import { readTar, type TarEntry } from './readTar.ts';

/** The `config` of an image, all of it, as its JSON has it. */
export type ImageConfig = Readonly<Record<string, unknown>>;

/** One image of a layout: what it holds and what it says. */
export interface Image {
  tree: ImageTree;
  config: ImageConfig;
  /** `os/architecture[/variant]`. */
  platform: string;
  /** How many layers; a builder may split them as it likes. */
  layers: number;
}

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  annotations?: Record<string, string>;
  platform?: { os?: string; architecture?: string };
}

interface ConfigFile {
  os?: string;
  architecture?: string;
  variant?: string;
  config?: ImageConfig;
  /** `null` where there are no layers, as Go writes it. */
  rootfs: { diff_ids: string[] | null };
}

/**
 * Reads every image of an OCI layout and flattens it. Checks what any reader
 * would rely on: digest and size of all blobs, and each layer's `diff_id`.
 * Attestations that BuildKit adds are no images and are left out.
 *
 * It shares no code with our builder: a mistake in both would hide itself.
 */
export async function readImages(layout: string): Promise<Image[]> {
  const index = JSON.parse(
    await readFile(join(layout, 'index.json'), 'utf8'),
  ) as { manifests: Descriptor[] };
  const images: Image[] = [];
  for (const descriptor of index.manifests)
    images.push(...(await readDescriptor(layout, descriptor)));
  return images.sort((a, b) => (a.platform < b.platform ? -1 : 1));
}

async function readDescriptor(
  layout: string,
  descriptor: Descriptor,
): Promise<Image[]> {
  if (descriptor.annotations?.['vnd.docker.reference.type']) return [];
  const manifest = (await readJson(layout, descriptor)) as {
    manifests?: Descriptor[];
    config: Descriptor;
    layers: Descriptor[] | null;
  };
  if (manifest.manifests) {
    const children = [];
    for (const child of manifest.manifests)
      children.push(...(await readDescriptor(layout, child)));
    return children;
  }
  const file = (await readJson(layout, manifest.config)) as ConfigFile;
  const diffIds = file.rootfs.diff_ids ?? [];
  const layers = manifest.layers ?? [];
  if (diffIds.length !== layers.length)
    throw new Error(`${layers.length} layers, ${diffIds.length} diff_ids`);
  const tree = new FlatTree();
  for (const [number, layer] of layers.entries())
    tree.apply(await readLayer(layout, layer, diffIds[number]));
  const { os, architecture, variant } = file;
  return [
    {
      tree: tree.tree(),
      config: file.config ?? {},
      platform: [os, architecture, variant].filter(Boolean).join('/'),
      layers: layers.length,
    },
  ];
}

async function readLayer(
  layout: string,
  layer: Descriptor,
  diffId: string,
): Promise<TarEntry[]> {
  const zipped = createHash('sha256');
  const plain = createHash('sha256');
  const content = new PassThrough();
  const entries: TarEntry[] = [];
  const reading = (async () => {
    for await (const entry of readTar(content)) entries.push(entry);
  })();
  await Promise.all([
    reading,
    pipeline(
      createReadStream(blobFile(layout, layer.digest)),
      tap(zipped),
      decompressor(layer.mediaType),
      tap(plain),
      content,
    ),
  ]);
  expectDigest(layer.digest, zipped.digest('hex'));
  expectDigest(diffId, plain.digest('hex'));
  return entries;
}

function decompressor(mediaType: string): Transform {
  if (/[.+]gzip$/.test(mediaType)) return createGunzip();
  if (mediaType.endsWith('+zstd')) return createZstdDecompress();
  if (mediaType.endsWith('.tar')) return new PassThrough();
  throw new Error(`a layer of media type ${mediaType}`);
}

async function readJson(
  layout: string,
  { digest, size }: Descriptor,
): Promise<unknown> {
  const bytes = await readFile(blobFile(layout, digest));
  expectDigest(digest, createHash('sha256').update(bytes).digest('hex'));
  if (bytes.length !== size)
    throw new Error(`${digest} has ${bytes.length} bytes, not ${size}`);
  return JSON.parse(bytes.toString());
}

function expectDigest(expected: string, hex: string): void {
  if (expected !== `sha256:${hex}`)
    throw new Error(`${expected} has the digest sha256:${hex}`);
}

const blobFile = (layout: string, digest: string) =>
  join(layout, 'blobs', digest.replace(':', '/'));

async function* tapped(
  source: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createHash>,
) {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

const tap =
  (hash: ReturnType<typeof createHash>) => (source: AsyncIterable<Buffer>) =>
    tapped(source, hash);
