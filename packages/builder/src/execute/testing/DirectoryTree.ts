import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Digest } from '@buildog/oci';
import type { Entry, EntryType, FileTree } from '../../layers/FileTree';

/** A folder of this machine as a tree, for tests of what works on trees. */
export class DirectoryTree implements FileTree {
  constructor(private readonly folder: string) {}

  async lookup(name: string): Promise<Entry | undefined> {
    const file = path.join(this.folder, name);
    const found = await lstat(file).catch(() => undefined);
    if (!found) return undefined;
    const type = typeOf(found);
    return {
      path: name,
      type,
      mode: found.mode % 0o10000,
      uid: found.uid,
      gid: found.gid,
      size: type === 'file' ? found.size : 0,
      mtime: Math.floor(found.mtimeMs / 1000),
      ...(type === 'symlink' && { link: await readlink(file) }),
    };
  }

  async list(name: string): Promise<readonly Entry[]> {
    const names = await readdir(path.join(this.folder, name));
    const entries = await Promise.all(
      names.sort().map(child => this.lookup(path.posix.join(name, child))),
    );
    return entries.filter(entry => entry !== undefined);
  }

  async open(entry: Entry): Promise<Readable> {
    return createReadStream(path.join(this.folder, entry.path));
  }

  async digest(): Promise<Digest> {
    throw new Error('not needed by these tests');
  }
}

function typeOf(found: Stats): EntryType {
  if (found.isDirectory()) return 'directory';
  return found.isSymbolicLink() ? 'symlink' : 'file';
}
