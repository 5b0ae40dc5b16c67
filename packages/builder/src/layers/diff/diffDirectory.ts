import { lstatSync, Stats } from 'node:fs';
import type { Entry, FileTree } from '../FileTree';
import type { LayerChange } from '../LayerChange';
import { comparePaths } from '../path/comparePaths';
import { parentOf } from '../path/parentOf';
import { readXattrs } from '../xattr/readXattrs';
import type { DiffOptions } from './diffOverlay';
import { entryOf } from './entryOf';
import { IgnoredPaths } from './IgnoredPaths';
import { isSameEntry, isSameMeta } from './isSameEntry';
import { LinkGroups } from './LinkGroups';
import { markOf, Snapshot, walkDirectory } from './takeSnapshot';

/**
 * What was changed in a directory that holds a whole filesystem, where nothing
 * could be mounted. Says the same as `diffOverlay` would.
 *
 * @param below - the filesystem as it was unpacked there
 * @param before - from `takeSnapshot`, after unpacking and before the step
 * @public
 */
export async function* diffDirectory(
  directory: string,
  below: FileTree,
  before: Snapshot,
  options: DiffOptions = {},
): AsyncGenerator<LayerChange, void, undefined> {
  const { changed, removed } = compare(directory, before, options.ignore);
  const xattrs =
    changed.size > 0 ? await readXattrs(directory, options.warn) : new Map();
  const touched = new Set([...changed.keys(), ...removed].map(parentOf));
  const prepared = new IgnoredPaths(options.ignore).parents;
  const isTouched = (path: string) => touched.has(path) || !prepared.has(path);
  const links = new LinkGroups();
  const root = lstatSync(directory);
  const paths = [...changed.keys(), ...removed].sort(comparePaths);
  const rootBefore = await below.lookup('');
  const rootNow = entryOf('', directory, root);
  if (rootBefore && rootNow && !isSameMeta(rootNow, rootBefore)) {
    yield { kind: 'put', entry: { ...rootNow, mtime: rootBefore.mtime } };
  }
  for (const path of paths) {
    const stats = changed.get(path);
    const was = await below.lookup(path);
    if (!stats) {
      // What the step made and removed was never there.
      if (was) yield { kind: 'remove', path };
      continue;
    }
    const localPath = `${directory}/${path}`;
    const found = entryOf(path, localPath, stats);
    const attributes = xattrs.get(path);
    const entry =
      found && attributes ? { ...found, xattrs: attributes } : found;
    if (!entry) {
      // Something else stood where a socket is now.
      if (was) yield { kind: 'remove', path };
    } else if (entry.type === 'directory') {
      if (isChanged(entry, was, isTouched)) yield { kind: 'put', entry };
    } else if (
      !was ||
      (stats.isFile() && stats.nlink > 1) ||
      !(await isSameEntry(entry, localPath, was, below))
    ) {
      yield links.put(entry, localPath, stats);
    }
  }
}

/** The time of a directory may only be another because the step was prepared in it. */
function isChanged(
  entry: Entry,
  was: Entry | undefined,
  isTouched: (path: string) => boolean,
): boolean {
  if (was?.type !== 'directory' || !isSameMeta(entry, was)) return true;
  return entry.mtime !== was.mtime && isTouched(entry.path);
}

function compare(
  directory: string,
  before: Snapshot,
  ignore: Iterable<string> | undefined,
): { readonly changed: Map<string, Stats>; readonly removed: string[] } {
  const ignored = new IgnoredPaths(ignore);
  const changed = new Map<string, Stats>();
  const directories = new Set(['']);
  const there = new Set<string>();
  walkDirectory(directory, ignored, (path, stats) => {
    there.add(path);
    if (stats.isDirectory()) directories.add(path);
    if (before.get(path) !== markOf(stats)) changed.set(path, stats);
  });
  // What went with its directory needs no word of its own.
  const removed = [...before.keys()].filter(
    path =>
      !there.has(path) && !ignored.has(path) && directories.has(parentOf(path)),
  );
  return { changed, removed };
}
