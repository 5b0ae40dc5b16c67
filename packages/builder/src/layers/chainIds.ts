import { sha256, type Digest } from '@buildog/oci';
import type { LayerChain } from './Layer';

const known = new WeakMap<LayerChain, readonly Digest[]>();

/**
 * The id of each layer together with all below it, lowest first (OCI image
 * specification, "Layer ChainID").
 */
export function chainIds(chain: LayerChain): readonly Digest[] {
  const before = known.get(chain);
  if (before?.length === chain.length) return before;
  const ids: Digest[] = [];
  for (const { diffId } of chain) {
    const below = ids.at(-1);
    ids.push(below === undefined ? diffId : sha256(`${below} ${diffId}`));
  }
  known.set(chain, ids);
  return ids;
}
