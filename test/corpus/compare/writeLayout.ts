import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

/** An entry of a layer made by hand. */
export type HandMade = Partial<Header> & { name: string } & {
  content?: string;
};

/** An image made by hand, for tests of the comparison. */
export interface HandMadeImage {
  layers: HandMade[][];
  config: Record<string, unknown>;
  architecture: string;
  compression?: 'none' | 'gzip' | 'zstd';
}

const compressors = {
  none: { suffix: '', compress: (bytes: Buffer) => bytes },
  gzip: { suffix: '+gzip', compress: (bytes: Buffer) => gzipSync(bytes) },
  zstd: {
    suffix: '+zstd',
    compress: (bytes: Buffer) => zstdCompressSync(bytes),
  },
};

/** Writes it as an OCI layout, with tar-stream: no code of what reads it. */
export async function writeLayout(
  folder: string,
  image: HandMadeImage,
): Promise<void> {
  const blobs = join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const { suffix, compress } = compressors[image.compression ?? 'gzip'];
  const add = async (mediaType: string, bytes: Buffer) => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const json = (mediaType: string, value: object) =>
    add(mediaType, Buffer.from(JSON.stringify(value)));
  const layers = [];
  const diffIds = [];
  for (const entries of image.layers) {
    const tar = await archive(entries);
    diffIds.push(`sha256:${createHash('sha256').update(tar).digest('hex')}`);
    const type = `application/vnd.oci.image.layer.v1.tar${suffix}`;
    layers.push(await add(type, compress(tar)));
  }
  const config = await json('application/vnd.oci.image.config.v1+json', {
    ...{ os: 'linux', architecture: image.architecture },
    ...{ config: image.config },
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
  const manifest = await json('application/vnd.oci.image.manifest.v1+json', {
    ...{ schemaVersion: 2, config, layers },
  });
  await writeFile(
    join(folder, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [manifest] }),
  );
}

async function archive(entries: readonly HandMade[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of entries)
    tar.entry(header, content ?? '');
  tar.finalize();
  const parts: Buffer[] = [];
  for await (const part of tar) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
