import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheFolders } from './CacheFolders';
import { isLocked, takeLock, type HeldLock } from './FileLock';

/**
 * Says that a build runs. A build marks what it uses with the time of use, so what
 * was last used before the oldest running build began is in nobody's hands.
 */
export class RunningBuild {
  private constructor(
    private readonly path: string,
    private readonly lock: HeldLock,
  ) {}

  /** Registers a build; waits while the cache is pruned. */
  static async register(
    folders: CacheFolders,
    signal: AbortSignal,
  ): Promise<RunningBuild> {
    const { running, scratch } = folders;
    await mkdir(running, { recursive: true, mode: 0o700 });
    const gate = await takeGate(folders, signal);
    try {
      const others = await runningSince(folders);
      // What builds that were killed left behind is nobody's now.
      if (others === undefined) {
        await rm(scratch, { recursive: true, force: true });
      }
      const name = `${Date.now()}-${randomBytes(8).toString('hex')}`;
      const path = join(running, name);
      return new RunningBuild(path, await takeLock(`${path}.lock`, signal));
    } finally {
      await gate.release();
    }
  }

  /** Ends the registration. Idempotent. */
  async end(): Promise<void> {
    await this.lock.release();
    await rm(this.path, { force: true });
  }
}

/** No build begins while this is held. */
export function takeGate(
  { running }: CacheFolders,
  signal: AbortSignal,
): Promise<HeldLock> {
  return takeLock(join(running, 'gate'), signal);
}

/**
 * When the oldest build that still runs began, milliseconds since 1970; undefined
 * when none runs. Removes what dead ones left.
 */
export async function runningSince({
  running,
}: CacheFolders): Promise<number | undefined> {
  let oldest: number | undefined;
  for (const name of await readdir(running).catch(() => [])) {
    const [, since] = /^(\d+)-[0-9a-f]+\.lock$/.exec(name) ?? [];
    if (since === undefined) continue;
    const path = join(running, name);
    if (await isLocked(path))
      oldest = Math.min(oldest ?? Infinity, Number(since));
    else await rm(path, { force: true });
  }
  return oldest;
}
