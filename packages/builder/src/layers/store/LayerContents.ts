import { createHash } from 'node:crypto';
import {
  appendFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isDigest, type Digest } from '@buildog/oci';
import { chainIds } from '../chainIds';
import type { Layer, LayerChain } from '../Layer';
import { fsPath } from '../path/nameBytes';
import { brokenArchive } from '../tar/brokenArchive';
import type { ContentReader } from '../tree/LayeredTree';
import type { NodeSource } from '../tree/TreeNode';
import type { StoreFolders } from './StoreFolders';

/** Files read out of a compressed layer before the whole of it is decompressed. */
const SCANS = 2;
const CHUNK = 256 * 1024;

/**
 * Contents of files in layers: from an unpacked directory where there is one,
 * else from the archive. The first files are looked for in the compressed
 * archive; who reads more gets it decompressed once, and then every file is one
 * read at its place.
 */
export class LayerContents implements ContentReader {
  private readonly scans = new Map<Digest, number>();
  private readonly decompressing = new Map<Digest, Promise<string>>();
  private readonly known = new Map<Digest, Map<string, Digest>>();

  constructor(
    private readonly folders: StoreFolders,
    private readonly temporary: () => string,
    private readonly openArchive: (layer: Layer) => AsyncIterable<Buffer>,
  ) {}

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
    const { layer, row } = source;
    const digests = this.digestsOf(layer.diffId);
    const known = digests.get(row.entry.path);
    if (known) return known;
    const hash = createHash('sha256');
    for await (const bytes of await this.open(chain, source))
      hash.update(bytes);
    const digest: Digest = `sha256:${hash.digest('hex')}`;
    digests.set(row.entry.path, digest);
    appendFileSync(
      this.folders.digests(layer.diffId),
      `${JSON.stringify([row.entry.path, digest])}\n`,
      { mode: 0o600 },
    );
    return digest;
  }

  localPath(chain: LayerChain, source: NodeSource): string | undefined {
    const id = chainIds(chain)[source.depth];
    if (id === undefined) return undefined;
    const directory = this.folders.unpacked(id);
    if (!existsSync(directory)) return undefined;
    return `${directory}/${source.row.entry.path}`;
  }

  /** Digests that were computed before, also by other processes. */
  private digestsOf(diffId: Digest): Map<string, Digest> {
    let digests = this.known.get(diffId);
    if (!digests) {
      digests = readDigests(this.folders.digests(diffId));
      this.known.set(diffId, digests);
    }
    return digests;
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

function readDigests(file: string): Map<string, Digest> {
  const digests = new Map<string, Digest>();
  if (!existsSync(file)) return digests;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    try {
      const [path, digest] = JSON.parse(line);
      if (typeof path === 'string' && isDigest(digest))
        digests.set(path, digest);
    } catch {
      // The last line of a process that was killed.
    }
  }
  return digests;
}
