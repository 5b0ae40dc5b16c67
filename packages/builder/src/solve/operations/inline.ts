import type { InlineOperation } from '../../graph/Operation';
import { MemoryTree } from '../../sources/MemoryTree';
import { canonicalDigest } from '../canonicalDigest';
import type { Operate } from '../Work';

/** Files that stand in the Dockerfile: root's, mode 0644. */
export const inline: Operate<InlineOperation> = async ({
  operation,
  tools,
}) => ({
  kind: 'tree',
  tree: MemoryTree.of(operation.files, tools.settings.now),
  identity: canonicalDigest(operation),
});
