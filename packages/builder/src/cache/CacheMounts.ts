import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { BuilderError } from '../errors/BuilderError';
import type { ExecMount } from '../graph/Operation';
import type { Selection } from '../solve/copy/Selection';
import { fillFolder } from './fillFolder';
import { takeLock, tryLock, type HeldLock } from './FileLock';

/** A cache folder that a step may use until it is released. */
export interface TakenCache {
  readonly path: string;
  release(): Promise<void>;
}

type CacheMount = Extract<ExecMount, { type: 'cache' }>;

/** Copies of a private cache at most; more steps at once wait. */
const MAX_COPIES = 64;

const noLock: HeldLock = { release: async () => undefined };

/**
 * The folders of `RUN --mount=type=cache`, by id. `locked` gives one to one step at
 * a time, `private` another copy to each that runs at the same time, `shared` the
 * same to all.
 */
export class CacheMounts {
  constructor(private readonly folder: string) {}

  /** Takes a cache; an empty one is filled by `fill` first. */
  async take(
    mount: CacheMount,
    options: {
      readonly signal: AbortSignal;
      readonly fill?: () => Promise<Selection>;
    },
  ): Promise<TakenCache> {
    const { id, sharing } = mount;
    const name = createHash('sha256').update(id).digest('hex').slice(0, 40);
    const base = join(this.folder, name);
    await mkdir(base, { recursive: true });
    if (sharing === 'private') {
      const { path, lock } = await takeCopy(base, options.signal);
      return this.prepare(mount, path, lock, options.fill);
    }
    const path = join(base, '0');
    if (sharing === 'locked') {
      const lock = await takeLock(`${path}.lock`, options.signal);
      return this.prepare(mount, path, lock, options.fill);
    }
    // Only while it is made: two must not fill it at once.
    const lock = await takeLock(`${path}.fill.lock`, options.signal);
    try {
      return await this.prepare(mount, path, noLock, options.fill);
    } finally {
      await lock.release();
    }
  }

  private async prepare(
    { mode, uid, gid }: CacheMount,
    path: string,
    lock: HeldLock,
    fill: (() => Promise<Selection>) | undefined,
  ): Promise<TakenCache> {
    try {
      const isNew = await mkdir(path, { recursive: true, mode: 0o700 });
      if (isNew !== undefined) {
        await chmod(path, mode);
        await setOwner(path, uid, gid);
      }
      if (fill && (await readdir(path)).length === 0) {
        await fillFolder(path, await fill());
      }
      const now = new Date();
      await utimes(path, now, now);
      return { path, release: () => lock.release() };
    } catch (error) {
      await lock.release();
      throw error;
    }
  }
}

async function takeCopy(
  base: string,
  signal: AbortSignal,
): Promise<{ path: string; lock: HeldLock }> {
  for (let copy = 0; copy < MAX_COPIES; copy++) {
    const path = join(base, String(copy));
    const lock = await tryLock(`${path}.lock`);
    if (lock) return { path, lock };
  }
  const path = join(base, '0');
  return { path, lock: await takeLock(`${path}.lock`, signal) };
}

async function setOwner(path: string, uid: number, gid: number) {
  try {
    await chown(path, uid, gid);
  } catch (cause) {
    throw new BuilderError(
      'unsupported',
      `a cache mount can not belong to ${uid}:${gid} here: give this user subordinate ids (/etc/subuid, /etc/subgid), or leave uid and gid out`,
      { cause },
    );
  }
}
