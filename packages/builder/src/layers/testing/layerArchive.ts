import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { mediaTypes, type Digest } from '@buildog/oci';
import type { Layer } from '../Layer';
import { formatTarHeader } from '../tar/formatTarHeader';
import { TAR_BLOCK } from '../tar/readTarBlock';
import { TarHeader, tarTypes } from '../tar/TarHeader';

/** An entry for {@link layerArchive}: a file unless it says otherwise. */
export type ArchiveEntry = Partial<TarHeader> & {
  readonly name: string;
  readonly content?: string;
};

/** An archive with anything in it, also what no writer of ours would write. */
export function layerArchive(entries: readonly ArchiveEntry[]): Buffer {
  const parts = entries.flatMap(({ content = '', ...header }) => {
    const bytes = Buffer.from(content);
    const full: TarHeader = {
      type: tarTypes.file,
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: bytes.length,
      mtime: 1,
      linkName: '',
      device: [0, 0],
      ...header,
    };
    const padding = (TAR_BLOCK - (bytes.length % TAR_BLOCK)) % TAR_BLOCK;
    return [formatTarHeader(full), bytes, Buffer.alloc(padding)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * TAR_BLOCK)]);
}

/** A layer made of an archive, and how to open its compressed bytes. */
export function layerOf(archive: Buffer): {
  readonly layer: Layer;
  readonly open: () => Promise<Readable>;
} {
  const bytes = gzipSync(archive);
  const blob = {
    mediaType: mediaTypes.ociLayerGzip,
    digest: digestOf(bytes),
    size: bytes.length,
  };
  return {
    layer: { diffId: digestOf(archive), blob },
    open: async () => Readable.from([bytes], { objectMode: false }),
  };
}

function digestOf(bytes: Buffer): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
