import { formatPlatform } from '@buildog/oci';
import type { Layer } from '../layers/Layer';
import type { FetchedAddress } from '../execute/Executor';
import type { Operation } from '../graph/Operation';
import { chainOf } from './chainOf';
import type { Solved } from './Solved';
import { withSpaceRecovery } from './withSpaceRecovery';
import type { Key } from './SolveTools';
import type { Work } from './Work';

/** What a step came to. */
export interface Made {
  /** Absent when it changed nothing. */
  readonly layer?: Layer;
  /** When that was, milliseconds since 1970. */
  readonly createdAt?: number;
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
): Promise<Made> {
  const { underWay } = work;
  const running = underWay.get(key) ?? findOrMake(work, key, produce);
  underWay.set(key, running);
  const made = await running;
  note(work, key, made);
  const { fetched = [] } = made;
  if (fetched.length > 0) work.fetched(fetched);
  return made;
}

/**
 * The same with two keys. The quick one is made of whole trees that are known by
 * name, so that nothing has to be read; when it is unknown, the other one decides,
 * and the quick one is remembered with it.
 */
export async function rememberBoth(
  work: Work<Operation>,
  quickKey: Key | undefined,
  slow: { key(): Promise<Key>; produce(): Promise<Made> },
): Promise<Made> {
  const { records, settings } = work.tools;
  const known =
    quickKey && !settings.noCache ? await records.find(quickKey) : undefined;
  if (known && quickKey) {
    note(work, quickKey, known);
    const { fetched = [] } = known;
    if (fetched.length > 0) work.fetched(fetched);
    return known;
  }
  const key = await slow.key();
  const made = await rememberLayer(work, key, () => slow.produce());
  if (quickKey && quickKey !== key) {
    const description = work.vertex.label.title;
    await records.put(quickKey, { ...made, description });
    note(work, quickKey, made);
  }
  return made;
}

/** A result is of use for the platform of the step that asked for it. */
function note(
  { vertex, tools }: Pick<Work<Operation>, 'vertex' | 'tools'>,
  key: Key,
  made: Made,
): void {
  const { platform, title: description } = vertex.label;
  tools.records.note(formatPlatform(platform), key, { ...made, description });
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
      const produced = await withSpaceRecovery(work.tools, produce);
      const result = { ...produced, createdAt: Date.now() };
      const description = work.vertex.label.title;
      await records.put(key, { ...result, description });
      return result;
    });
  } finally {
    await lock.release();
  }
}

/** A filesystem with one more layer, where the step made one. */
export function append(
  below: Solved,
  { layer, createdAt }: Pick<Made, 'layer' | 'createdAt'>,
): Solved {
  if (!layer) return below;
  const chain = [...chainOf(below), layer];
  return {
    kind: 'filesystem',
    chain,
    ...(createdAt !== undefined && { createdAt }),
  };
}
