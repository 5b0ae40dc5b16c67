import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BuilderError } from '../../errors/BuilderError';
import type { Entry } from '../../layers/FileTree';
import { splitArchivePath } from '../../layers/path/splitArchivePath';
import { tarTypes, type TarHeader } from '../../layers/tar/TarHeader';
import { TarReader } from '../../layers/tar/TarReader';
import { MemoryTree, type Content } from '../../sources/MemoryTree';
import { openDecompressed } from './openDecompressed';
import type { Selection } from './Selection';

/** Files of a local archive, ready to be placed. */
export interface UnpackedArchive {
  readonly selection: Selection;
  dispose(): Promise<void>;
}

/** What an archive may hold at most. */
const MAX_ENTRIES = 1_000_000;
const MAX_BYTES = 64 * 1024 ** 3;

const entryTypes: Partial<Record<string, Entry['type']>> = {
  [tarTypes.file]: 'file',
  [tarTypes.directory]: 'directory',
  [tarTypes.symlink]: 'symlink',
  [tarTypes.fifo]: 'fifo',
};

function toEntry(path: string, header: TarHeader): Entry {
  const type = entryTypes[header.type];
  if (!type) throw new Error('it holds a device, which no build may make');
  return {
    path,
    type,
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    size: header.size,
    mtime: header.mtime,
    ...(type === 'symlink' && { link: header.linkName }),
    ...(header.xattrs && { xattrs: header.xattrs }),
  };
}

class ArchiveSink {
  private readonly files = new Map<
    string,
    { entry: Entry; content?: Content }
  >();
  private descriptor: number | undefined;
  private count = 0;
  private bytes = 0;

  constructor(private readonly folder: string) {}

  entry(header: TarHeader): void {
    this.close();
    const path = splitArchivePath(header.name).join('/');
    this.count += 1;
    this.bytes += header.size;
    if (this.count > MAX_ENTRIES || this.bytes > MAX_BYTES) {
      throw new Error(
        `it has more than ${MAX_ENTRIES} entries or ${MAX_BYTES} bytes`,
      );
    }
    if (header.type === tarTypes.hardLink) {
      this.link(path, splitArchivePath(header.linkName).join('/'));
      return;
    }
    const entry = toEntry(path, header);
    if (path === '' && entry.type !== 'directory') return;
    if (entry.type !== 'file') {
      this.files.set(path, { entry });
      return;
    }
    const localPath = join(this.folder, String(this.count));
    this.descriptor = openSync(localPath, 'wx', 0o600);
    this.files.set(path, { entry, content: { localPath } });
  }

  data(bytes: Buffer): void {
    if (this.descriptor === undefined) return;
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.descriptor, bytes, done);
    }
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  toSelection(source: string): Selection {
    const root = this.files.get('')?.entry ?? {
      path: '',
      type: 'directory' as const,
      mode: 0o755,
      uid: 0,
      gid: 0,
      size: 0,
      mtime: 0,
    };
    const entries = [...this.files.values()]
      .filter(({ entry }) => entry.path !== '')
      .map(({ entry }) => ({ path: entry.path, entry }));
    const tree = new MemoryTree([...this.files.values()]);
    return {
      source,
      tree,
      name: '',
      root,
      entries,
      above: [],
      byPattern: false,
    };
  }

  private link(path: string, target: string): void {
    const first = this.files.get(target);
    if (!first) {
      throw new Error('a hard link in it leads to a file that is not in it');
    }
    const linkGroup = first.entry.linkGroup ?? target;
    const entry = { ...first.entry, linkGroup };
    this.files.set(target, { ...first, entry });
    this.files.set(path, { ...first, entry: { ...entry, path } });
  }
}

/**
 * Unpacks a local tar archive (plain, gzip, zstd; bzip2 and xz where their
 * program is installed), told by its content as `ADD` does. Undefined when the
 * selection is no archive. Contents go into numbered files of a folder of ours:
 * no path of the archive is ever used on this machine.
 *
 * @throws {@link BuilderError} `validation` for a broken archive, `unsupported`
 * where a program is missing
 */
export async function unpackArchive(
  selection: Selection,
  scratch: string,
  signal: AbortSignal,
): Promise<UnpackedArchive | undefined> {
  if (selection.root.type !== 'file') return undefined;
  const stream = await openDecompressed(selection.tree, selection.root, signal);
  if (!stream) return undefined;
  const folder = await mkdtemp(join(scratch, 'archive-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  const sink = new ArchiveSink(folder);
  const reader = new TarReader(sink);
  try {
    for await (const chunk of stream) {
      signal.throwIfAborted();
      reader.push(chunk as Buffer);
    }
    reader.finish();
    sink.close();
  } catch (cause) {
    sink.close();
    await dispose();
    if (signal.aborted) throw signal.reason;
    throw new BuilderError(
      'validation',
      `${selection.source} is an archive that can not be unpacked: ${
        (cause as Error).message
      }`,
      { cause },
    );
  }
  return { dispose, selection: sink.toSelection(selection.source) };
}
