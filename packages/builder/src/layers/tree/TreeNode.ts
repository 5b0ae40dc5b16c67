import type { Entry } from '../FileTree';
import type { Layer } from '../Layer';
import type { LayerRow } from '../index/LayerIndex';

/** Where the content of a path comes from. */
export interface NodeSource {
  readonly layer: Layer;
  /** Number of the layer in its chain. */
  readonly depth: number;
  /** The row with the content: of a hard link the first name's. */
  readonly row: LayerRow;
}

/**
 * One path of a merged filesystem. Never changed once its tree is made, so that
 * the trees of a chain and of the chain below share what is the same.
 */
export interface TreeNode {
  /** With a `linkGroup` for every name of a hard link, also when only one is left. */
  readonly entry: Entry;
  /** Absent for the root of nothing. */
  readonly source?: NodeSource;
  /** For directories. */
  readonly children?: Map<string, TreeNode>;
}

/** The root of `scratch`. */
export function emptyTree(): TreeNode {
  return {
    entry: {
      path: '',
      type: 'directory',
      mode: 0o755,
      uid: 0,
      gid: 0,
      size: 0,
      mtime: 0,
    },
    children: new Map(),
  };
}

/** What stands at a path; undefined when nothing does. */
export function nodeAt(root: TreeNode, path: string): TreeNode | undefined {
  if (path === '') return root;
  let node: TreeNode | undefined = root;
  for (const name of path.split('/')) {
    node = node.children?.get(name);
    if (!node) return undefined;
  }
  return node;
}
