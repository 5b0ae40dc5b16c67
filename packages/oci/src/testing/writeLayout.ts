import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Digest, sha256 } from '../digest/Digest';
import { Descriptor } from '../model/Descriptor';
import { mediaTypes } from '../model/mediaTypes';
import { Platform } from '../model/Platform';

/** An empty directory with a real path, for one test. */
export async function temporaryDirectory(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'buildog-oci-')));
}

/** One image to be written. */
export interface ImageFixture {
  readonly platform?: Platform;
  /** Uncompressed content of each layer; not a real tar unless made so. */
  readonly layers: readonly Buffer[];
  readonly compression?: 'none' | 'gzip' | 'zstd';
  readonly labels?: Record<string, string>;
}

/** Writes image layouts, right ones, as builders do. */
export class LayoutWriter {
  constructor(readonly directory: string) {}

  /** Writes a file below the layout. */
  async file(path: string, content: Buffer | string): Promise<void> {
    const file = join(this.directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }

  /** Writes a blob under its digest. */
  async blob(mediaType: string, content: Buffer | string): Promise<Descriptor> {
    const bytes = Buffer.from(content);
    const digest = sha256(bytes);
    await this.file(blobFile(digest), bytes);
    return { mediaType, digest, size: bytes.length };
  }

  json(mediaType: string, document: object): Promise<Descriptor> {
    return this.blob(mediaType, JSON.stringify(document));
  }

  /** Writes config, layers and manifest of an image. */
  async image(image: ImageFixture): Promise<Descriptor> {
    const { platform = { os: 'linux', architecture: 'amd64' } } = image;
    const config = await this.json(mediaTypes.ociConfig, {
      ...platform,
      created: '2026-01-02T03:04:05Z',
      config: { Labels: image.labels ?? { 'org.example.name': 'fixture' } },
      rootfs: {
        type: 'layers',
        diff_ids: image.layers.map(layer => sha256(layer)),
      },
    });
    const layers: Descriptor[] = [];
    for (const layer of image.layers) {
      layers.push(await this.layer(layer, image.compression ?? 'gzip'));
    }
    const manifest = await this.json(mediaTypes.ociManifest, {
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config,
      layers,
    });
    return { ...manifest, platform };
  }

  /** Writes an index as a blob. */
  index(manifests: readonly Descriptor[]): Promise<Descriptor> {
    return this.json(mediaTypes.ociIndex, {
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests,
    });
  }

  /** Writes `oci-layout` and `index.json`. */
  async finish(roots: readonly Descriptor[]): Promise<void> {
    await this.file('oci-layout', '{"imageLayoutVersion":"1.0.0"}');
    await this.file(
      'index.json',
      JSON.stringify({ schemaVersion: 2, manifests: roots }),
    );
  }

  private layer(content: Buffer, compression: 'none' | 'gzip' | 'zstd') {
    if (compression === 'gzip') {
      return this.blob(mediaTypes.ociLayerGzip, gzipSync(content));
    }
    if (compression === 'zstd') {
      return this.blob(mediaTypes.ociLayerZstd, zstdCompressSync(content));
    }
    return this.blob(mediaTypes.ociLayer, content);
  }
}

/** Path of a blob below a layout. */
export function blobFile(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** A tar archive with one regular file, as a layer has it. */
export function tarWith(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}
