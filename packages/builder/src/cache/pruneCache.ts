import type { CacheFolders } from './CacheFolders';
import { listCache, removeItem, type CacheItem } from './listCache';
import { runningSince, takeGate } from './RunningBuild';

/** What is to go. Without anything, only what has no limit: nothing. @public */
export interface PruneOptions {
  /** Pieces that were not used for longer, seconds. */
  readonly maxAge?: number;
  /** Bytes that may stay; the least recently used go first. */
  readonly maxSize?: number;
  /** Everything that no build uses. */
  readonly all?: boolean;
  readonly signal?: AbortSignal;
}

/** What went. @public */
export interface Pruned {
  readonly items: number;
  readonly bytes: number;
  /** Bytes that are still there. */
  readonly left: number;
}

/**
 * Makes room in the cache. What a running build has used since it began stays, and
 * no build begins meanwhile; each piece goes as a whole, so it does not matter when
 * this is killed.
 *
 * @public
 */
export async function pruneCache(
  folders: CacheFolders,
  options: PruneOptions,
  now: number = Date.now(),
): Promise<Pruned> {
  const signal = options.signal ?? new AbortController().signal;
  const gate = await takeGate(folders, signal);
  try {
    const since = await runningSince(folders);
    const items = await listCache(folders);
    const going = choose(items, options, since, now);
    for (const item of going) await removeItem(item);
    const total = sum(items);
    const bytes = sum(going);
    return { items: going.length, bytes, left: total - bytes };
  } finally {
    await gate.release();
  }
}

/** Pieces that go, the least recently used first. Pure. */
export function choose(
  items: readonly CacheItem[],
  { maxAge, maxSize, all }: PruneOptions,
  runningSinceMs: number | undefined,
  now: number,
): readonly CacheItem[] {
  // A running build may stand on what is derived at any moment.
  const free = items
    .filter(
      ({ lastUsed, isDerived }) =>
        runningSinceMs === undefined ||
        (!isDerived && lastUsed < runningSinceMs),
    )
    .sort((a, b) => a.lastUsed - b.lastUsed);
  if (all) return free;
  const oldest = maxAge === undefined ? -Infinity : now - maxAge * 1000;
  const going = new Set(free.filter(({ lastUsed }) => lastUsed < oldest));
  if (maxSize !== undefined) {
    let left = sum(items) - sum([...going]);
    for (const item of free) {
      if (left <= maxSize) break;
      if (going.has(item)) continue;
      going.add(item);
      left -= item.bytes;
    }
  }
  return free.filter(item => going.has(item));
}

function sum(items: readonly CacheItem[]): number {
  return items.reduce((total, { bytes }) => total + bytes, 0);
}
