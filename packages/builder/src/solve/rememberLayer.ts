import type { Layer } from '../layers/Layer';
import type { Operation } from '../graph/Operation';
import { withSpaceRecovery } from './withSpaceRecovery';
import type { Key } from './SolveTools';
import type { Work } from './Work';

/**
 * The layer of a key: from the cache, or made by `produce` and remembered. Two
 * processes with the same key do the work once: the second waits for the first.
 */
export async function rememberLayer(
  work: Work<Operation>,
  key: Key,
  produce: () => Promise<Layer | undefined>,
): Promise<Layer | undefined> {
  const { underWay } = work;
  const running = underWay.get(key);
  if (running) return running;
  const layer = findOrMake(work, key, produce);
  underWay.set(key, layer);
  return layer;
}

async function findOrMake(
  work: Work<Operation>,
  key: Key,
  produce: () => Promise<Layer | undefined>,
): Promise<Layer | undefined> {
  const { records, settings } = work.tools;
  const find = () => (settings.noCache ? undefined : records.find(key));
  const known = await find();
  if (known) return known.layer;
  const lock = await records.lock(key, work.signal);
  try {
    const made = await find();
    if (made) return made.layer;
    return await work.slots.run(work.signal, async () => {
      work.started();
      const layer = await withSpaceRecovery(work.tools, produce);
      await records.put(key, {
        layer,
        description: work.vertex.label.title,
      });
      return layer;
    });
  } finally {
    await lock.release();
  }
}

/** A chain with one more layer, where the step made one. */
export function append(
  chain: readonly Layer[],
  layer: Layer | undefined,
): readonly Layer[] {
  return layer ? [...chain, layer] : chain;
}
