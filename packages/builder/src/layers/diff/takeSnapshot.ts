import { lstatSync, Stats } from 'node:fs';
import { listNames } from '../path/listNames';
import { fsPath } from '../path/nameBytes';
import { childOf } from '../path/parentOf';
import { IgnoredPaths } from './IgnoredPaths';

/** What every change of a file changes, by path: inode, size, times, mode and owner. @public */
export type Snapshot = ReadonlyMap<string, string>;

/**
 * Notes what is below a directory, to find later what was changed. Nothing is
 * read but inodes: the kernel sets a file's change time, and no program can set
 * it back.
 *
 * @param ignore - paths that are not looked at, with everything below them
 * @public
 */
export function takeSnapshot(
  directory: string,
  ignore: Iterable<string> = [],
): Snapshot {
  const marks = new Map<string, string>();
  walkDirectory(directory, new IgnoredPaths(ignore), (path, stats) =>
    marks.set(path, markOf(stats)),
  );
  return marks;
}

/** Visits everything below a directory, in the order of layers, following nothing. */
export function walkDirectory(
  directory: string,
  ignored: IgnoredPaths,
  visit: (path: string, stats: Stats) => void,
): void {
  const walk = (path: string) => {
    for (const name of listNames(`${directory}/${path}`)) {
      const child = childOf(path, name);
      if (ignored.has(child)) continue;
      const stats = lstatSync(fsPath(`${directory}/${child}`));
      visit(child, stats);
      if (stats.isDirectory()) walk(child);
    }
  };
  walk('');
}

/** See {@link takeSnapshot}. */
export function markOf(stats: Stats): string {
  const { ino, size, mtimeMs, ctimeMs, mode, uid, gid } = stats;
  return `${ino} ${size} ${mtimeMs} ${ctimeMs} ${mode} ${uid} ${gid}`;
}
