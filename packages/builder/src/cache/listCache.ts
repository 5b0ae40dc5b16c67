import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheFolders } from './CacheFolders';
import { parseRecord } from './LayerRecords';

/** What a piece of the cache is. @public */
export type CacheKind =
  | 'layer'
  | 'record'
  | 'unpacked'
  | 'mount'
  | 'manifest'
  | 'download'
  | 'repository'
  | 'files';

/** A piece of the cache that is kept or removed as a whole. */
export interface CacheItem {
  readonly kind: CacheKind;
  /** Milliseconds since 1970. */
  readonly lastUsed: number;
  readonly bytes: number;
  readonly paths: readonly string[];
  /** Made of other pieces, and made anew from them. */
  readonly isDerived: boolean;
}

/** Everything in the cache. */
export async function listCache(folders: CacheFolders): Promise<CacheItem[]> {
  const layers = await listLayers(folders);
  const lists = await Promise.all([
    listFolder('unpacked', join(folders.layers, 'unpacked'), true),
    listFolder('mount', folders.mounts),
    listFolder('manifest', folders.manifests),
    listFolder('download', folders.http),
    listFolder('repository', folders.git),
    listFolder('files', folders.files),
  ]);
  return [...layers, ...lists.flat()];
}

/** Removes a piece. What is gone already is no error. */
export async function removeItem({ paths }: CacheItem): Promise<void> {
  for (const path of paths) await rm(path, { recursive: true, force: true });
}

interface LayerFiles {
  readonly paths: string[];
  bytes: number;
  lastUsed: number;
}

/** A layer with its index, and the records that lead to it: they go together. */
async function listLayers(folders: CacheFolders): Promise<CacheItem[]> {
  const { layers, records } = folders;
  const byBlob = new Map<string, LayerFiles>();
  const lone: CacheItem[] = [];
  const blobs = join(layers, 'blobs', 'sha256');
  for (const { name, path, stats } of await entriesOf(blobs)) {
    byBlob.set(name, {
      paths: [path],
      bytes: stats.size,
      lastUsed: stats.mtimeMs,
    });
  }
  for (const { path: folder } of await entriesOf(records)) {
    for (const { path, stats } of await entriesOf(folder)) {
      if (!/\/[0-9a-f]+$/.test(path)) continue;
      const text = await readFile(path, 'utf8').catch(() => '');
      const layer = parseRecord(text)?.layer;
      const files = layer && byBlob.get(layer.blob.digest.slice(7));
      if (layer && files) {
        files.paths.push(path, ...(await derivedPaths(layers, layer.diffId)));
        files.bytes += stats.size;
        files.lastUsed = Math.max(files.lastUsed, stats.mtimeMs);
      } else {
        const { size: bytes, mtimeMs: lastUsed } = stats;
        lone.push({
          kind: 'record',
          lastUsed,
          bytes,
          paths: [path],
          isDerived: false,
        });
      }
    }
  }
  const items = [...byBlob.values()].map(files => ({
    kind: 'layer' as const,
    isDerived: false,
    ...files,
    paths: [...new Set(files.paths)],
  }));
  return [...items, ...lone];
}

async function derivedPaths(layers: string, diffId: string) {
  const hex = diffId.slice(7);
  return [join(layers, 'tars', hex), join(layers, 'digests', hex)];
}

async function listFolder(
  kind: CacheKind,
  folder: string,
  isDerived = false,
): Promise<CacheItem[]> {
  const items: CacheItem[] = [];
  for (const { path, stats } of await entriesOf(folder)) {
    const isFolder = stats.isDirectory();
    const bytes = isFolder ? await sizeOf(path) : stats.size;
    const lastUsed =
      kind === 'mount' ? await newest(path, stats) : stats.mtimeMs;
    items.push({ kind, lastUsed, bytes, paths: [path], isDerived });
  }
  return items;
}

/** The copies of a cache mount are marked one by one. */
async function newest(folder: string, own: Stats): Promise<number> {
  const times = (await entriesOf(folder)).map(({ stats }) => stats.mtimeMs);
  return Math.max(own.mtimeMs, ...times);
}

/** Bytes on disk of all files below a folder; each link of a file counts. */
export async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const { path, stats } of await entriesOf(folder)) {
    bytes += stats.isDirectory() ? await sizeOf(path) : stats.blocks * 512;
  }
  return bytes;
}

async function entriesOf(
  folder: string,
): Promise<{ name: string; path: string; stats: Stats }[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async name => {
      const path = join(folder, name);
      const stats = await lstat(path).catch(() => undefined);
      return stats && { name, path, stats };
    }),
  );
  return found.filter(entry => entry !== undefined);
}
