import type { LayerChain } from '../layers/Layer';
import type { FileTree } from '../layers/FileTree';
import type { SolveTools } from './SolveTools';
import type { Solved } from './Solved';

/**
 * The layers of a filesystem.
 *
 * @throws Error for a tree: the front end only ever gives a filesystem here
 */
export function chainOf(solved: Solved): LayerChain {
  if (solved.kind === 'filesystem') return solved.chain;
  throw new Error('a tree stands where the graph must have a filesystem');
}

/** Files of whatever stands there; a filesystem is pulled where it has to be. */
export async function treeOf(
  solved: Solved,
  { layers }: Pick<SolveTools, 'layers'>,
): Promise<FileTree> {
  return solved.kind === 'tree' ? solved.tree : layers.tree(solved.chain);
}

/** What stands for the content of a result, where that is known without reading it. */
export function identityOf(solved: Solved): unknown {
  return solved.kind === 'tree'
    ? solved.identity
    : solved.chain.map(({ diffId }) => diffId);
}
