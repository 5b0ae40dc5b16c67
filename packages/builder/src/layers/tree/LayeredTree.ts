import { Readable } from 'node:stream';
import type { Digest } from '@buildog/oci';
import { BuilderError } from '../../errors/BuilderError';
import type { Entry, FileTree } from '../FileTree';
import type { LayerChain } from '../Layer';
import { comparePaths } from '../path/comparePaths';
import { nodeAt, TreeNode } from './TreeNode';
import type { NodeSource } from './TreeNode';

/** Reads the contents of layers. */
export interface ContentReader {
  open(chain: LayerChain, source: NodeSource): Promise<Readable>;
  digest(chain: LayerChain, source: NodeSource): Promise<Digest>;
  localPath(chain: LayerChain, source: NodeSource): string | undefined;
}

/** The filesystem of a chain of layers, merged. */
export class LayeredTree implements FileTree {
  private readonly lists = new WeakMap<TreeNode, readonly Entry[]>();
  private groups: Map<string, number> | undefined;

  constructor(
    private readonly chain: LayerChain,
    private readonly root: TreeNode,
    private readonly contents: ContentReader,
  ) {}

  async lookup(path: string): Promise<Entry | undefined> {
    const node = nodeAt(this.root, path);
    return node && this.shown(node);
  }

  async list(path: string): Promise<readonly Entry[]> {
    const node = nodeAt(this.root, path);
    if (!node?.children) return [];
    const known = this.lists.get(node);
    if (known) return known;
    const entries = [...node.children.values()]
      .map(child => this.shown(child))
      .sort((a, b) => comparePaths(a.path, b.path));
    this.lists.set(node, entries);
    return entries;
  }

  async open(entry: Entry): Promise<Readable> {
    return this.contents.open(this.chain, this.sourceOf(entry));
  }

  async digest(entry: Entry): Promise<Digest> {
    return this.contents.digest(this.chain, this.sourceOf(entry));
  }

  async localPath(entry: Entry): Promise<string | undefined> {
    return this.contents.localPath(this.chain, this.sourceOf(entry));
  }

  private sourceOf(entry: Entry): NodeSource {
    const node = nodeAt(this.root, entry.path);
    if (node?.entry.type !== 'file' || !node.source) {
      throw new BuilderError(
        'filesystem',
        `${JSON.stringify(
          entry.path,
        )} is no file of the image: it has no content`,
        { operation: 'layer' },
      );
    }
    return node.source;
  }

  /** A file whose other names are gone has one name, and so no group. */
  private shown({ entry }: TreeNode): Entry {
    if (entry.linkGroup === undefined) return entry;
    this.groups ??= countGroups(this.root);
    if ((this.groups.get(entry.linkGroup) ?? 0) > 1) return entry;
    const { linkGroup, ...alone } = entry;
    return alone;
  }
}

function countGroups(root: TreeNode): Map<string, number> {
  const counts = new Map<string, number>();
  const left = [root];
  for (let node = left.pop(); node; node = left.pop()) {
    const { linkGroup } = node.entry;
    if (linkGroup !== undefined) {
      counts.set(linkGroup, (counts.get(linkGroup) ?? 0) + 1);
    }
    for (const child of node.children?.values() ?? []) left.push(child);
  }
  return counts;
}
