import type { Layer } from '../layers/Layer';
import type { FetchedAddress } from '../execute/Executor';
import type { Operation } from '../graph/Operation';
import { withSpaceRecovery } from './withSpaceRecovery';
import type { Key } from './SolveTools';
import type { Work } from './Work';

/** What a step came to. */
export interface Made {
  /** Absent when it changed nothing. */
  readonly layer?: Layer;
  /** What it asked for through the proxy. */
  readonly fetched?: readonly FetchedAddress[];
}

/**
 * The layer of a key: from the cache, or made by `produce` and remembered. Two
 * processes with the same key do the work once: the second waits for the first.
 */
export async function rememberLayer(
  work: Work<Operation>,
  key: Key,
  produce: () => Promise<Made>,
): Promise<Layer | undefined> {
  const { underWay } = work;
  const running = underWay.get(key) ?? findOrMake(work, key, produce);
  underWay.set(key, running);
  const { layer, fetched } = await running;
  if (fetched && fetched.length > 0) work.fetched(fetched);
  return layer;
}

async function findOrMake(
  work: Work<Operation>,
  key: Key,
  produce: () => Promise<Made>,
): Promise<Made> {
  const { records, settings } = work.tools;
  const find = async () => (settings.noCache ? undefined : records.find(key));
  const known = await find();
  if (known) return known;
  const lock = await records.lock(key, work.signal);
  try {
    const made = await find();
    if (made) return made;
    return await work.slots.run(work.signal, async () => {
      work.started();
      const result = await withSpaceRecovery(work.tools, produce);
      const description = work.vertex.label.title;
      await records.put(key, { ...result, description });
      return result;
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
