import { lstat, readdir, statfs } from 'node:fs/promises';
import path from 'node:path';

/** How often the filesystem's free space is asked for: one system call. */
const intervalMs = 200;

/** A folder is walked when the free space says it may be full, and every so many intervals anyway. */
const walkEvery = 25;

/**
 * Watches how much a step writes below a folder. Asks for the filesystem's free
 * space often, which costs nothing, and measures the folder itself only when
 * that much is gone (others write there, too) or a few seconds have passed.
 * Calls `exceeded` once. Returns what ends the watch.
 *
 * @param already - bytes that were there before and do not count
 */
export function watchDisk(
  folder: string,
  limit: number,
  exceeded: () => void,
  already = 0,
): () => void {
  let ended = false;
  let rounds = 0;
  let before: number | undefined;
  const look = async () => {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    before ??= free;
    rounds += 1;
    if (before - free < limit && rounds % walkEvery !== 0) return;
    if ((await diskUse(folder)) - already > limit && !ended) {
      ended = true;
      exceeded();
    }
  };
  let timer: NodeJS.Timeout | undefined;
  const round = () => {
    look()
      // A folder that is being removed, or a step that is just over.
      .catch(() => undefined)
      .finally(() => {
        if (!ended) timer = setTimeout(round, intervalMs).unref();
      });
  };
  timer = setTimeout(round, intervalMs).unref();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}

/** Bytes that a folder takes on disk, sparse files as what they really take. What vanishes meanwhile counts nothing. */
export async function diskUse(folder: string): Promise<number> {
  let bytes = 0;
  const folders = [folder];
  for (let here = folders.pop(); here !== undefined; here = folders.pop()) {
    const entries = await readdir(here, { withFileTypes: true }).catch(
      () => [],
    );
    for (const entry of entries) {
      const file = path.join(here, entry.name);
      if (entry.isDirectory()) folders.push(file);
      if (!entry.isFile() && !entry.isDirectory()) continue;
      const found = await lstat(file).catch(() => undefined);
      bytes += (found?.blocks ?? 0) * 512;
    }
  }
  return bytes;
}
