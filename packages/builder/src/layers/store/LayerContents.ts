import { createHash, hash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
} from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '@buildog/oci';
import { chainIds } from '../chainIds';
import type { Layer, LayerChain } from '../Layer';
import { fsPath } from '../path/nameBytes';
import { brokenArchive } from '../tar/brokenArchive';
import type { ContentReader } from '../tree/LayeredTree';
import type { NodeSource } from '../tree/TreeNode';
import { DigestNotes } from './DigestNotes';
import type { StoreFolders } from './StoreFolders';

/** Files read out of a compressed layer before the whole of it is decompressed. */
const SCANS = 2;
const CHUNK = 256 * 1024;
const SMALL_BYTES = 1024 * 1024;

/**
 * Contents of files in layers: from an unpacked directory where there is one,
 * else from the archive. The first files are looked for in the compressed
 * archive; who reads more gets it decompressed once, and then every file is one
 * read at its place.
 */
export class LayerContents implements ContentReader {
  private readonly scans = new Map<Digest, number>();
  private readonly decompressing = new Map<Digest, Promise<string>>();
  readonly notes: DigestNotes;

  constructor(
    private readonly folders: StoreFolders,
    private readonly temporary: () => string,
    private readonly openArchive: (layer: Layer) => AsyncIterable<Buffer>,
  ) {
    this.notes = new DigestNotes(folders);
  }

  async open(chain: LayerChain, source: NodeSource): Promise<Readable> {
    const { layer, row } = source;
    const { size } = row.entry;
    if (size === 0) return Readable.from([]);
    const local = this.localPath(chain, source);
    if (local !== undefined) {
      return createReadStream(fsPath(local), { highWaterMark: CHUNK });
    }
    const archive = this.folders.tar(layer.diffId);
    if (!existsSync(archive)) {
      const scans = (this.scans.get(layer.diffId) ?? 0) + 1;
      this.scans.set(layer.diffId, scans);
      if (scans <= SCANS) {
        return Readable.from(slice(this.openArchive(layer), row.offset, size), {
          objectMode: false,
        });
      }
      await this.decompress(layer);
    }
    return createReadStream(archive, {
      start: row.offset,
      end: row.offset + size - 1,
      highWaterMark: CHUNK,
    });
  }

  async digest(chain: LayerChain, source: NodeSource): Promise<Digest> {
    const { diffId } = source.layer;
    const { path } = source.row.entry;
    const known = this.notes.find(diffId, path);
    if (known) return known;
    const small = this.readSmall(chain, source);
    const hex = small
      ? hash('sha256', small, 'hex')
      : await hashOf(await this.open(chain, source));
    const digest: Digest = `sha256:${hex}`;
    this.notes.add(diffId, path, digest);
    return digest;
  }

  /** A small file that lies where it can be read at once. */
  private readSmall(chain: LayerChain, source: NodeSource): Buffer | undefined {
    const { offset, entry } = source.row;
    if (entry.size > SMALL_BYTES) return undefined;
    const local = this.localPath(chain, source);
    if (local !== undefined) return readFileSync(fsPath(local));
    const archive = this.folders.tar(source.layer.diffId);
    if (!existsSync(archive)) return undefined;
    const bytes = Buffer.allocUnsafe(entry.size);
    const file = openSync(archive, 'r');
    try {
      const read = readSync(file, bytes, 0, entry.size, offset);
      return read === entry.size ? bytes : undefined;
    } finally {
      closeSync(file);
    }
  }

  localPath(chain: LayerChain, source: NodeSource): string | undefined {
    const id = chainIds(chain)[source.depth];
    if (id === undefined) return undefined;
    const directory = this.folders.unpacked(id);
    if (!existsSync(directory)) return undefined;
    return `${directory}/${source.row.entry.path}`;
  }

  private async decompress(layer: Layer): Promise<string> {
    const { diffId } = layer;
    let work = this.decompressing.get(diffId);
    if (!work) {
      work = this.writeArchive(layer).finally(() =>
        this.decompressing.delete(diffId),
      );
      this.decompressing.set(diffId, work);
    }
    return work;
  }

  private async writeArchive(layer: Layer): Promise<string> {
    const made = this.temporary();
    await pipeline(
      this.openArchive(layer),
      createWriteStream(made, { flags: 'wx', mode: 0o600 }),
    );
    const archive = this.folders.tar(layer.diffId);
    renameSync(made, archive);
    return archive;
  }
}

async function* slice(
  archive: AsyncIterable<Buffer>,
  offset: number,
  size: number,
): AsyncGenerator<Buffer, void, undefined> {
  let at = 0;
  const end = offset + size;
  for await (const chunk of archive) {
    const from = Math.max(0, offset - at);
    const to = Math.min(chunk.length, end - at);
    if (from < to) yield chunk.subarray(from, to);
    at += chunk.length;
    if (at >= end) return;
  }
  throw brokenArchive('it ends before a file that its index has');
}

async function hashOf(content: AsyncIterable<Buffer>): Promise<string> {
  const sum = createHash('sha256');
  for await (const bytes of content) sum.update(bytes);
  return sum.digest('hex');
}
