import { isSameEntry } from '../diff/isSameEntry';
import type { FileTree } from '../FileTree';
import type { LayerChange } from '../LayerChange';

/**
 * Leaves out puts of what a tree has already. What has no local path is kept:
 * its content can be read only once. So are hard links, which belong together.
 */
export async function* withoutUnchanged(
  changes: AsyncIterable<LayerChange>,
  tree: FileTree,
): AsyncGenerator<LayerChange, void, undefined> {
  for await (const change of changes) {
    if (change.kind === 'put') {
      const { entry, localPath } = change;
      const before = await tree.lookup(entry.path);
      const isComparable =
        entry.linkGroup === undefined &&
        before?.linkGroup === undefined &&
        (entry.type !== 'file' || entry.size === 0 || localPath !== undefined);
      if (
        before &&
        isComparable &&
        (await isSameEntry(entry, localPath ?? '', before, tree))
      ) {
        continue;
      }
    }
    yield change;
  }
}
