import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  futimesSync,
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
import { BuilderError } from '../errors/BuilderError';
import { toBuilderError } from '../errors/toBuilderError';
import type { Entry, FileTree } from '../layers/FileTree';
import { fsPath } from '../layers/path/nameBytes';
import { allEntries } from './writeRootArchive';

/** Options of {@link writeLocal}. @public */
export interface LocalSettings {
  readonly signal?: AbortSignal;
  /** Told what is left out. */
  readonly warn?: (message: string) => void;
}

/**
 * Writes the files of an image into a folder, over what is there; other files
 * stay. They belong to whoever builds, so set-id bits are not kept, and devices
 * are left out. Nothing is written through a symbolic link, neither of the image
 * nor of the folder.
 *
 * @throws {@link BuilderError} `filesystem`, `resource`
 * @public
 */
export async function writeLocal(
  directory: string,
  tree: FileTree,
  settings: LocalSettings = {},
): Promise<void> {
  const { signal, warn = () => undefined } = settings;
  const directories: Entry[] = [];
  const firstNames = new Map<string, string>();
  try {
    mkdirSync(directory, { recursive: true });
    for await (const entry of allEntries(tree)) {
      signal?.throwIfAborted();
      const target = `${directory}/${entry.path}`;
      const { linkGroup = entry.path } = entry;
      const first = firstNames.get(linkGroup);
      if (entry.type === 'directory') {
        makeDirectory(target);
        directories.push(entry);
      } else if (entry.type === 'symlink') {
        clear(target);
        symlinkSync(fsPath(entry.link ?? ''), fsPath(target));
        lutimesSync(fsPath(target), entry.mtime, entry.mtime);
      } else if (first !== undefined) {
        clear(target);
        linkSync(fsPath(first), fsPath(target));
      } else if (entry.type === 'file') {
        await writeFile(target, entry, tree);
        if (entry.linkGroup !== undefined) firstNames.set(linkGroup, target);
      } else {
        warn(`${entry.path} (${entry.type}) is not written to a folder`);
      }
    }
    // From the deepest up, for what is written into a directory changes its time.
    for (const { path, mode, mtime } of directories.reverse()) {
      const target = fsPath(`${directory}/${path}`);
      chmodSync(target, mode & 0o1777);
      utimesSync(target, mtime, mtime);
    }
  } catch (error) {
    throw toBuilderError(error);
  }
}

async function writeFile(
  target: string,
  entry: Entry,
  tree: FileTree,
): Promise<void> {
  clear(target);
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  const file = openSync(fsPath(target), flags, 0o600);
  try {
    for await (const bytes of (await tree.open(
      entry,
    )) as AsyncIterable<Buffer>) {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    }
    fchmodSync(file, entry.mode & 0o777);
    futimesSync(file, entry.mtime, entry.mtime);
  } finally {
    closeSync(file);
  }
}

function makeDirectory(target: string): void {
  const found = lstatSync(fsPath(target), { throwIfNoEntry: false });
  if (found?.isDirectory()) {
    // One of an earlier output may be closed to its owner.
    chmodSync(fsPath(target), (found.mode & 0o1777) | 0o700);
    return;
  }
  if (found) rmSync(fsPath(target));
  mkdirSync(fsPath(target), 0o700);
}

function clear(target: string): void {
  const found = lstatSync(fsPath(target), { throwIfNoEntry: false });
  if (!found) return;
  if (found.isDirectory()) {
    throw new BuilderError(
      'filesystem',
      `${target} is a directory where the image has a file: remove it first`,
      { operation: 'output' },
    );
  }
  rmSync(fsPath(target));
}
