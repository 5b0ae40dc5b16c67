import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Entry, FileTree } from '../FileTree';
import { fsPath } from '../path/nameBytes';

/** True when mode, owner and extended attributes are the same. */
export function isSameMeta(a: Entry, b: Entry): boolean {
  return (
    a.mode === b.mode &&
    a.uid === b.uid &&
    a.gid === b.gid &&
    isDeepStrictEqual(a.xattrs ?? {}, b.xattrs ?? {})
  );
}

/**
 * True when a file of this machine is what a tree has. Contents are only
 * compared when size and time are equal: a touched file counts as changed, as
 * it does for BuildKit.
 */
export async function isSameEntry(
  entry: Entry,
  localPath: string,
  before: Entry,
  tree: FileTree,
): Promise<boolean> {
  if (entry.type !== before.type || !isSameMeta(entry, before)) return false;
  if (entry.mtime !== before.mtime || entry.size !== before.size) return false;
  if (entry.link !== before.link) return false;
  if (!isDeepStrictEqual(entry.device, before.device)) return false;
  if (entry.type !== 'file' || entry.size === 0) return true;
  const hash = createHash('sha256');
  const content = createReadStream(fsPath(localPath), {
    highWaterMark: 256 * 1024,
  });
  for await (const bytes of content) hash.update(bytes);
  return `sha256:${hash.digest('hex')}` === (await tree.digest(before));
}
