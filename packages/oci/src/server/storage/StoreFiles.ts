import { randomUUID } from 'node:crypto';
import { constants, Stats } from 'node:fs';
import {
  FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  utimes,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Not there on Windows. */
const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_WRONLY } = constants;

/** A path below the root; every part obeys a grammar without separators. */
export type StorePath = readonly string[];

/** An opened regular file. Whoever gets it closes it. */
export interface StoredFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/**
 * The files of a registry. Nothing is reached through a symbolic link below the
 * root. A file appears at its path whole and durable, by a rename, or not at
 * all, so the process may be killed at any moment.
 */
export class StoreFiles {
  private constructor(readonly root: string) {}

  /** Makes the root if absent; its own path may have links, nothing below it. */
  static async open(root: string): Promise<StoreFiles> {
    await mkdir(resolve(root), { recursive: true, mode: 0o700 });
    return new StoreFiles(await realpath(resolve(root)));
  }

  /** Opens for reading; `undefined` when there is no regular file. */
  async read(path: StorePath): Promise<StoredFile | undefined> {
    return this.openFile(path, O_RDONLY);
  }

  /** Opens what is there for writing at positions of the caller's choice. */
  async write(path: StorePath): Promise<StoredFile | undefined> {
    return this.openFile(path, O_WRONLY);
  }

  /** Reads all of a small file; `undefined` when there is none. */
  async readAll(path: StorePath): Promise<Buffer | undefined> {
    const file = await this.read(path);
    if (!file) return undefined;
    try {
      return await file.handle.readFile();
    } finally {
      await file.handle.close();
    }
  }

  /** What is known of a regular file; `undefined` when there is none. */
  async stat(path: StorePath): Promise<Stats | undefined> {
    const full = this.full(path);
    return unlessAbsent(async () => {
      const stats = await lstat(full);
      return stats.isFile() && (await isReal(dirname(full)))
        ? stats
        : undefined;
    });
  }

  /** Names in a directory, sorted by bytes; none when it is absent. */
  async list(path: StorePath): Promise<string[]> {
    const full = this.full(path);
    const names = await unlessAbsent(async () =>
      (await isReal(full)) ? readdir(full) : undefined,
    );
    // The default order is that of UTF-16 units; all names here are ASCII.
    return (names ?? []).sort();
  }

  /** Makes an empty file that must not be there yet. */
  async create(path: StorePath): Promise<void> {
    const full = await this.prepare(path);
    await (await open(full, 'wx', 0o600)).close();
  }

  /** Puts a small file in place of what is there, durably. */
  async put(path: StorePath, content: Uint8Array | string): Promise<void> {
    const staged = ['tmp', randomUUID()];
    const full = await this.prepare(staged);
    try {
      const handle = await open(full, 'wx', 0o600);
      try {
        await handle.writeFile(content);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await this.move(staged, path);
    } catch (error) {
      await rm(full, { force: true });
      throw error;
    }
  }

  /** Renames a file whose content is durable already. */
  async move(from: StorePath, to: StorePath): Promise<void> {
    const full = await this.prepare(to);
    await rename(this.full(from), full);
    await syncDirectory(dirname(full));
  }

  /** Removes a file; says whether it was there. */
  async remove(path: StorePath): Promise<boolean> {
    const full = this.full(path);
    const removed = await unlessAbsent(async () => {
      if (!(await isReal(dirname(full)))) return undefined;
      await rm(full);
      return true;
    });
    return removed === true;
  }

  /** Makes a file look new. */
  async touch(path: StorePath): Promise<void> {
    const now = new Date();
    await unlessAbsent(() => utimes(this.full(path), now, now));
  }

  /** Removes what a killed process had staged. Only for the root's owner. */
  async clean(): Promise<void> {
    await rm(this.full(['tmp']), { recursive: true, force: true });
  }

  private full(path: StorePath): string {
    return join(this.root, ...path);
  }

  private async prepare(path: StorePath): Promise<string> {
    const full = this.full(path);
    const directory = dirname(full);
    if (!(await isRealIfThere(directory))) {
      throw new Error(`${directory} is reached through a symbolic link`);
    }
    const made = await mkdir(directory, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncDirectory(dirname(made));
    return full;
  }

  private async openFile(
    path: StorePath,
    flags: number,
  ): Promise<StoredFile | undefined> {
    const full = this.full(path);
    return unlessAbsent(async () => {
      if (!(await isReal(dirname(full)))) return undefined;
      const handle = await open(full, flags + O_NOFOLLOW + O_NONBLOCK);
      const stats = await handle.stat();
      if (stats.isFile()) return { handle, size: stats.size };
      await handle.close();
      return undefined;
    });
  }
}

async function isReal(directory: string): Promise<boolean> {
  return (await realpath(directory)) === directory;
}

/** Like {@link isReal}, of the part of the path that is there. */
async function isRealIfThere(directory: string): Promise<boolean> {
  try {
    return await isReal(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    // Either nothing is there yet, or a link to nothing, or it came just now.
    const there = await unlessAbsent(() => lstat(directory));
    if (there?.isSymbolicLink()) return false;
    return isRealIfThere(there ? directory : dirname(directory));
  }
}

async function unlessAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ELOOP is what O_NOFOLLOW says of a link.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') {
      return undefined;
    }
    throw error;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
