import { lstatSync, rmSync, utimesSync } from 'node:fs';
import { fsPath } from '../path/nameBytes';
import { parentOf } from '../path/parentOf';
import { nodeAt, TreeNode } from '../tree/TreeNode';

/**
 * Makes of an overlay's upper directory what unpacking the layer would have
 * given: without what was only made for the step, and with the times that the
 * layer's directories have.
 *
 * @param ignore - as it was given to `diffOverlay`
 * @param merged - the filesystem with the layer
 */
export function adoptUpper(
  upper: string,
  ignore: Iterable<string>,
  merged: TreeNode,
): void {
  for (const ignored of ignore) {
    const path = ignored.replace(/^\/+|\/+$/g, '');
    if (path === '' || nodeAt(merged, path) || !isInside(upper, path)) continue;
    rmSync(fsPath(`${upper}/${path}`), { recursive: true, force: true });
    const parent = parentOf(path);
    const entry = nodeAt(merged, parent)?.entry;
    if (entry) {
      utimesSync(fsPath(`${upper}/${parent}`), entry.mtime, entry.mtime);
    }
  }
}

/** True when all parents are directories, so that nothing outside can be meant. */
function isInside(upper: string, path: string): boolean {
  if (path.split('/').includes('..')) return false;
  for (let parent = parentOf(path); ; parent = parentOf(parent)) {
    const found = lstatSync(fsPath(`${upper}/${parent}`), {
      throwIfNoEntry: false,
    });
    if (!found?.isDirectory()) return false;
    if (parent === '') return true;
  }
}
