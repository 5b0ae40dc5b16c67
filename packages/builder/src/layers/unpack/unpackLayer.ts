import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { Readable } from 'node:stream';
import { BuilderError } from '../../errors/BuilderError';
import type { Entry } from '../FileTree';
import type { LayerIndex, LayerRow } from '../index/LayerIndex';
import { fsPath } from '../path/nameBytes';
import { childOf } from '../path/parentOf';
import { TarReader } from '../tar/TarReader';
import { nodeAt, TreeNode } from '../tree/TreeNode';
import { writeXattrs } from '../xattr/writeXattrs';
import { giveTo } from './giveTo';
import { makeNode } from './makeNode';
import { Whiteouts } from './Whiteouts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/** What {@link unpackLayer} works with. */
export interface UnpackLayer {
  /** A directory nobody else uses. */
  readonly directory: string;
  readonly index: LayerIndex;
  /** The filesystem under this layer, and with it. */
  readonly below: TreeNode;
  readonly merged: TreeNode;
  /** The uncompressed archive. Only asked for when a file has content. */
  readonly openArchive: () => AsyncIterable<Buffer>;
  /** Content of a file below, for hard links to it. */
  readonly openBelow: (path: string) => Promise<Readable>;
  /**
   * Given: `directory` is to become a lower directory of overlayfs, removals
   * are device nodes. Absent: `directory` holds everything below, and removals
   * happen in it.
   */
  readonly whiteouts?: Whiteouts;
  readonly signal?: AbortSignal;
  /** Told what could not be done here. */
  readonly warn: (message: string) => void;
}

/**
 * Unpacks a layer into a directory. It never leaves the directory: the index
 * has real directories for all parents, each is looked at (and what is none is
 * replaced) before something is made in it, and files are made, never opened.
 */
export async function unpackLayer(work: UnpackLayer): Promise<void> {
  const { index } = work;
  const directories = index.rows.filter(
    ({ entry }) => entry.type === 'directory',
  );
  for (const { entry } of directories) {
    makeDirectory(work, entry);
    removeHidden(work, entry.path);
  }
  const contents = new Map<number, LayerRow>();
  for (const row of index.rows) {
    if (row.entry.type === 'directory' || row.hardLinkTo !== undefined)
      continue;
    if (row.lowerLink !== undefined) await copyBelow(work, row);
    else if (row.entry.size > 0) contents.set(row.offset, row);
    else makeSmall(work, row.entry);
  }
  if (contents.size > 0) await unpackContents(work, contents);
  await setXattrs(work);
  for (const { entry, hardLinkTo } of index.rows) {
    if (hardLinkTo === undefined) continue;
    clear(work, entry.path);
    linkSync(place(work, hardLinkTo), place(work, entry.path));
  }
  // From the deepest up: what is made in a directory changes its time.
  for (const { entry } of directories.reverse()) finishDirectory(work, entry);
}

/** Before further names are made, for a file may be written anew. */
async function setXattrs(work: UnpackLayer): Promise<void> {
  const entries: Entry[] = [];
  for (const { entry, hardLinkTo } of work.index.rows) {
    const shown = hardLinkTo === undefined && nodeAt(work.merged, entry.path);
    if (shown && shown.entry.xattrs) entries.push(shown.entry);
  }
  await writeXattrs(work.directory, entries, work.warn);
}

async function unpackContents(
  work: UnpackLayer,
  contents: ReadonlyMap<number, LayerRow>,
): Promise<void> {
  let file: number | undefined;
  let current: Entry | undefined;
  let left = 0;
  const reader = new TarReader({
    entry: (header, offset) => {
      const row = header.size > 0 ? contents.get(offset) : undefined;
      if (!row) return;
      current = row.entry;
      left = header.size;
      file = create(work, current.path);
    },
    data: bytes => {
      if (file === undefined || !current) return;
      writeAll(file, bytes);
      left -= bytes.length;
      if (left > 0) return;
      finishFile(file, current);
      file = undefined;
    },
  });
  try {
    for await (const chunk of work.openArchive()) {
      work.signal?.throwIfAborted();
      reader.push(chunk);
    }
    reader.finish();
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

async function copyBelow(work: UnpackLayer, row: LayerRow): Promise<void> {
  const { path } = row.entry;
  const entry = nodeAt(work.merged, path)?.entry ?? row.entry;
  if (entry.type !== 'file') {
    makeSmall(work, entry);
    return;
  }
  const content = await work.openBelow(row.lowerLink ?? '');
  const file = create(work, path);
  for await (const bytes of content as AsyncIterable<Buffer>) {
    writeAll(file, bytes);
  }
  finishFile(file, entry);
}

/** Everything that needs no content of the archive. */
function makeSmall(work: UnpackLayer, entry: Entry): void {
  const { path, type, mtime } = entry;
  if (type === 'file') {
    finishFile(create(work, path), entry);
    return;
  }
  clear(work, path);
  const target = place(work, path);
  if (type === 'symlink') {
    symlinkSync(fsPath(entry.link ?? ''), target);
  } else if (!makeNode(target, entry)) {
    work.warn(
      `the device ${path} of the image is not there for RUN: this process may not make devices`,
    );
    return;
  }
  giveTo(entry, (uid, gid) => lchownSync(target, uid, gid));
  if (type !== 'symlink') chmodSync(target, entry.mode);
  lutimesSync(target, mtime, mtime);
}

function makeDirectory(work: UnpackLayer, { path }: Entry): void {
  const target = place(work, path);
  const found = lstatSync(target, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found) rmSync(target);
  mkdirSync(target, 0o700);
}

/** Makes what the layer hides in a directory invisible. */
function removeHidden(work: UnpackLayer, path: string): void {
  const before = nodeAt(work.below, path)?.children;
  const after = nodeAt(work.merged, path)?.children;
  for (const name of before?.keys() ?? []) {
    if (after?.has(name)) continue;
    const hidden = childOf(path, name);
    if (work.whiteouts) work.whiteouts.place(place(work, hidden));
    else clear(work, hidden);
  }
}

function finishDirectory(work: UnpackLayer, { path }: Entry): void {
  const entry = nodeAt(work.merged, path)?.entry;
  if (!entry) return;
  const target = place(work, path);
  giveTo(entry, (uid, gid) => lchownSync(target, uid, gid));
  chmodSync(target, entry.mode);
  utimesSync(target, entry.mtime, entry.mtime);
}

function create(work: UnpackLayer, path: string): number {
  clear(work, path);
  return openSync(
    place(work, path),
    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
    0o600,
  );
}

function finishFile(file: number, entry: Entry): void {
  const { mode, mtime } = entry;
  if (entry.uid !== 0 || entry.gid !== 0) {
    giveTo(entry, (uid, gid) => fchownSync(file, uid, gid));
  }
  // After the owner, which takes set-id bits away.
  fchmodSync(file, mode);
  futimesSync(file, mtime, mtime);
  closeSync(file);
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Removes what stands at a path; an overlay's directory was empty and has no two of a name. */
function clear(work: UnpackLayer, path: string): void {
  if (work.whiteouts) return;
  rmSync(place(work, path), { force: true, recursive: true });
}

function place({ directory }: UnpackLayer, path: string): string | Buffer {
  const target = `${directory}/${path}`;
  if (Buffer.byteLength(target) > 4095) {
    throw new BuilderError(
      'unsupported',
      `a path of the image is too long to be unpacked below ${directory}`,
      { operation: 'extract' },
    );
  }
  return fsPath(target);
}
