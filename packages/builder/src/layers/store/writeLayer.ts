import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  read,
  readSync,
} from 'node:fs';
import { BuilderError } from '../../errors/BuilderError';
import { BlobWriter, WrittenBlob } from '../compress/BlobWriter';
import { Compressor } from '../compress/Compressor';
import type { Entry } from '../FileTree';
import { IndexBuilder, LayerLimits } from '../index/IndexBuilder';
import type { LayerIndex } from '../index/LayerIndex';
import type { LayerChange } from '../LayerChange';
import { fsPath } from '../path/nameBytes';
import { childOf, nameOf, parentOf } from '../path/parentOf';
import { formatTarHeader } from '../tar/formatTarHeader';
import { TAR_BLOCK } from '../tar/readTarBlock';
import { TarHeader, tarTypes } from '../tar/TarHeader';
import { PlannedPath } from './planLayer';

/** Files up to this size are read at once: asking the thread pool takes longer. */
const SMALL_BYTES = 4 * 1024 * 1024;
const END = Buffer.alloc(2 * TAR_BLOCK);
const PADDING = Buffer.alloc(TAR_BLOCK);

/** How {@link writeLayer} writes. */
export interface WriteLayer {
  readonly compressor: Compressor;
  readonly limits: LayerLimits;
  readonly clampTime?: number;
  readonly signal?: AbortSignal;
}

/**
 * Writes a layer's archive to a file that is not there yet. The bytes depend on
 * the changes, the compression and `clampTime`, and on nothing else.
 */
export async function writeLayer(
  file: string,
  planned: readonly PlannedPath[],
  options: WriteLayer,
): Promise<{ readonly blob: WrittenBlob; readonly index: LayerIndex }> {
  const blob = new BlobWriter(file, options.compressor);
  const index = new IndexBuilder(options.limits);
  const header = async (entry: TarHeader) => {
    await blob.write(formatTarHeader(entry));
    index.add(entry, blob.offset);
  };
  try {
    for (const [i, { path, put, removed }] of planned.entries()) {
      options.signal?.throwIfAborted();
      if (put) {
        await header(headerOf(put, options.clampTime));
        if (put.entry.type === 'file' && put.hardLinkTo === undefined) {
          await writeContent(blob, put);
        }
      }
      const isDirectory = put
        ? put.entry.type === 'directory'
        : planned[i + 1]?.path.startsWith(`${path}/`);
      if (removed && isDirectory) {
        await header(marker(childOf(path, '.wh..wh..opq')));
      } else if (removed && !put) {
        await header(marker(childOf(parentOf(path), `.wh.${nameOf(path)}`)));
      }
    }
    await blob.write(END);
    const written = await blob.finish();
    return { blob: written, index: index.finish(written.diffId) };
  } catch (error) {
    await blob.abandon();
    throw error;
  }
}

type Put = Extract<LayerChange, { kind: 'put' }>;

async function writeContent(blob: BlobWriter, put: Put): Promise<void> {
  const { size } = put.entry;
  const written =
    put.localPath === undefined
      ? await writeStream(blob, put)
      : await writeFile(blob, put.entry, put.localPath);
  if (written !== size) throw changed(put.entry);
  await blob.write(
    PADDING.subarray(0, (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK),
  );
}

async function writeStream(blob: BlobWriter, put: Put): Promise<number> {
  let written = 0;
  if (!put.open) return written;
  for await (const bytes of (await put.open()) as AsyncIterable<Buffer>) {
    written += bytes.length;
    if (written > put.entry.size) throw changed(put.entry);
    await blob.write(bytes);
  }
  return written;
}

async function writeFile(
  blob: BlobWriter,
  entry: Entry,
  localPath: string,
): Promise<number> {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  const file = openSync(fsPath(localPath), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.size !== entry.size) throw changed(entry);
    let written = 0;
    while (written < entry.size) {
      const room = blob.room();
      const wanted = Math.min(room.length, entry.size - written);
      const bytes =
        entry.size <= SMALL_BYTES
          ? readSync(file, room, 0, wanted, written)
          : await readSome(file, room, wanted, written);
      if (bytes === 0) break;
      written += bytes;
      await blob.filled(bytes);
    }
    return written;
  } finally {
    closeSync(file);
  }
}

function readSome(
  file: number,
  room: Buffer,
  length: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    read(file, room, 0, length, position, (error, bytes) =>
      error ? reject(error) : resolve(bytes),
    );
  });
}

function headerOf(
  { entry, hardLinkTo }: Put,
  clampTime = Number.POSITIVE_INFINITY,
): TarHeader {
  const isLink = hardLinkTo !== undefined;
  return {
    name: entry.path === '' ? '.' : entry.path,
    type: isLink ? tarTypes.hardLink : tarTypes[entry.type],
    // Links have no mode; some filesystems give another number.
    mode: entry.type === 'symlink' ? 0o777 : entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    size: isLink || entry.type !== 'file' ? 0 : entry.size,
    mtime: Math.min(Math.floor(entry.mtime), clampTime),
    linkName: hardLinkTo ?? entry.link ?? '',
    device: entry.device ?? [0, 0],
    ...(!isLink && entry.xattrs && { xattrs: entry.xattrs }),
  };
}

/** A whiteout or opaque marker: an empty file, always the same. */
function marker(name: string): TarHeader {
  return {
    name,
    type: tarTypes.file,
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    linkName: '',
    device: [0, 0],
  };
}

function changed({ path }: Entry): BuilderError {
  return new BuilderError(
    'filesystem',
    `${JSON.stringify(
      path,
    )} changed while it was read: build again when nothing writes to it`,
    { operation: 'layer', retryable: true },
  );
}
