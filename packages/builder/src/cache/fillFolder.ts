import { createWriteStream } from 'node:fs';
import { chmod, lchown, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Entry } from '../layers/FileTree';
import { fsPath } from '../layers/path/nameBytes';
import type { Selection } from '../solve/copy/Selection';

/**
 * Puts what was selected of a tree into a new folder that only we know. Links
 * are made as they stand and nothing is ever written through one: a tree's
 * entries come parents first, each name once.
 */
export async function fillFolder(
  folder: string,
  { tree, entries }: Selection,
): Promise<void> {
  for (const { path, entry } of entries) {
    const target = fsPath(join(folder, path));
    if (entry.type === 'directory') await mkdir(target, { mode: 0o700 });
    else if (entry.type === 'symlink') await symlink(entry.link ?? '', target);
    else if (entry.type === 'file') {
      const output = createWriteStream(target, { flags: 'wx', mode: 0o600 });
      await pipeline(await tree.open(entry), output);
    } else continue;
    await setMetadata(target, entry);
  }
}

async function setMetadata(target: string | Buffer, entry: Entry) {
  const own = process.geteuid?.();
  if (own === 0) await lchown(target, entry.uid, entry.gid);
  if (entry.type !== 'symlink') await chmod(target, entry.mode);
}
