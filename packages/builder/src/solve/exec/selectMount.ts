import type { FileTree } from '../../layers/FileTree';
import { select } from '../copy/select';
import type { Selection } from '../copy/Selection';

/** What a bind mount shows of a tree. */
export async function selectMount(
  tree: FileTree,
  source: string,
  signal: AbortSignal,
): Promise<Selection> {
  const [selection] = await select({
    tree,
    sources: [source],
    literal: true,
    parents: false,
    exclude: [],
    signal,
  });
  return selection;
}
