import type { CacheFolders } from './CacheFolders';
import { listCache, type CacheKind } from './listCache';
import { runningSince } from './RunningBuild';

/** What is in the cache. @public */
export interface CacheInfo {
  readonly folder: string;
  readonly bytes: number;
  readonly kinds: Readonly<
    Partial<
      Record<CacheKind, { readonly items: number; readonly bytes: number }>
    >
  >;
  /** When the least recently used piece was used, ISO 8601. */
  readonly oldestUse?: string;
  /** When the oldest build that runs now began. */
  readonly runningSince?: string;
}

/** Counts the cache. @public */
export async function cacheInfo(folders: CacheFolders): Promise<CacheInfo> {
  const items = await listCache(folders);
  const kinds: Partial<Record<CacheKind, { items: number; bytes: number }>> =
    {};
  let bytes = 0;
  let oldest = Infinity;
  for (const item of items) {
    const kind = kinds[item.kind] ?? { items: 0, bytes: 0 };
    kind.items += 1;
    kind.bytes += item.bytes;
    kinds[item.kind] = kind;
    bytes += item.bytes;
    oldest = Math.min(oldest, item.lastUsed);
  }
  const since = await runningSince(folders);
  return {
    folder: folders.root,
    bytes,
    kinds,
    ...(items.length > 0 && { oldestUse: new Date(oldest).toISOString() }),
    ...(since !== undefined && { runningSince: new Date(since).toISOString() }),
  };
}
