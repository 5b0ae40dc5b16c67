import type { Layer } from '../Layer';
import type { LayerIndex } from '../index/LayerIndex';
import { nameOf, parentOf } from '../path/parentOf';
import { brokenArchive } from '../tar/brokenArchive';
import { nodeAt, TreeNode } from './TreeNode';

/**
 * The filesystem that is seen when a layer lies on top of another filesystem
 * (OCI image specification, "Applying Changesets"; what overlayfs shows of their
 * directories). `below` is not changed.
 *
 * @param depth - number of the layer in its chain
 * @throws {@link BuilderError} `manifest` for a hard link to nothing
 */
export function mergeLayer(
  below: TreeNode,
  index: LayerIndex,
  layer: Layer,
  depth: number,
): TreeNode {
  const directories = new Map<string, TreeNode>();
  /** Directories in which nothing of the lower layers is seen. */
  const closed = new Set<string>();
  const firstNames = new Map<string, TreeNode>();
  for (const row of index.rows) {
    if (row.hardLinkTo !== undefined) firstNames.set(row.hardLinkTo, below);
  }
  let root = below;
  for (const row of index.rows) {
    const { path, type } = row.entry;
    const isRoot = path === '';
    const siblings = isRoot
      ? undefined
      : directories.get(parentOf(path))?.children;
    let node: TreeNode;
    if (type === 'directory') {
      const covered = isRoot ? below : siblings?.get(nameOf(path));
      const isNew =
        (!isRoot && closed.has(parentOf(path))) || !covered?.children;
      if (isNew || row.opaque) closed.add(path);
      node = {
        entry: row.implicit && !isNew && covered ? covered.entry : row.entry,
        children: new Map(closed.has(path) ? undefined : covered?.children),
      };
      directories.set(path, node);
      if (isRoot) root = node;
    } else if (row.lowerLink !== undefined) {
      node = copyOf(below, row.lowerLink, path);
    } else if (row.hardLinkTo !== undefined) {
      const first = firstNames.get(row.hardLinkTo) ?? below;
      node = { entry: { ...first.entry, path }, source: first.source };
    } else {
      const isFirst = firstNames.has(path);
      const entry = isFirst
        ? { ...row.entry, linkGroup: `${layer.diffId}/${path}` }
        : row.entry;
      node = { entry, source: { layer, depth, row } };
      if (isFirst) firstNames.set(path, node);
    }
    siblings?.set(nameOf(path), node);
  }
  for (const path of index.whiteouts) {
    directories.get(parentOf(path))?.children?.delete(nameOf(path));
  }
  return root;
}

/** Layers cannot share a file: a hard link to one of a lower layer is a copy of it. */
function copyOf(below: TreeNode, target: string, path: string): TreeNode {
  const node = nodeAt(below, target);
  if (!node || node.children) {
    throw brokenArchive(
      `a hard link to ${JSON.stringify(target)}, which is no file of the image`,
    );
  }
  const { linkGroup, ...entry } = node.entry;
  return { entry: { ...entry, path }, source: node.source };
}
