import type { ExecOperation } from '../../graph/Operation';
import type { Layer } from '../../layers/Layer';
import type { UnpackedChain } from '../../layers/LayerStore';
import { canonicalDigest } from '../canonicalDigest';
import { place } from '../copy/place';
import { Placement } from '../copy/Placement';
import { selectionContent } from '../copy/selectionContent';
import type { Selection } from '../copy/Selection';
import { MemoryTree } from '../../sources/MemoryTree';
import type { Work } from '../Work';

/**
 * One folder with what a bind mount shows of a context or a part of a filesystem:
 * it becomes an uncompressed layer first, so owners are the tree's, nothing that is
 * excluded can be seen, and the next build finds it.
 */
export async function placeAsFolder(
  { tools, signal, vertex }: Work<ExecOperation>,
  selection: Selection,
): Promise<UnpackedChain> {
  const { layers, records, settings } = tools;
  const content = await selectionContent(selection, {
    keepOwners: true,
    signal,
  });
  const key = canonicalDigest({ version: 1, kind: 'folder', content });
  // One layer alone is one folder, which stays for the next build.
  const unpackOne = (layer: Layer | undefined) =>
    layers.unpack(layer ? [layer] : [], { flat: !layer, signal });
  const known = await records.find(key);
  if (known) {
    return unpackOne(known.layer);
  }
  const placement = new Placement(MemoryTree.empty, settings.now);
  await place(placement, [selection], {
    destination: '/',
    keepOwners: true,
    parents: false,
  });
  const layer = await layers.write(placement.changes(), {
    compression: { algorithm: 'none' },
    signal,
  });
  await records.put(key, {
    layer,
    description: `mount of ${vertex.label.title}`,
  });
  return unpackOne(layer);
}
