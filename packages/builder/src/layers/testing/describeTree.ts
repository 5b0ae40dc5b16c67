import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, Stats } from 'node:fs';
import { entryOf } from '../diff/entryOf';
import { IgnoredPaths } from '../diff/IgnoredPaths';
import { walkDirectory } from '../diff/takeSnapshot';
import type { Entry, FileTree } from '../FileTree';
import { fsPath } from '../path/nameBytes';
import { readXattrs } from '../xattr/readXattrs';

/** One line for each path: everything that makes two filesystems equal. */
export type Description = Readonly<Record<string, string>>;

/** Describes a tree; of the root no time, which nothing keeps. */
export async function describeTree(tree: FileTree): Promise<Description> {
  const found: [Entry, string][] = [];
  const visit = async (path: string) => {
    for (const entry of await tree.list(path)) {
      found.push([
        entry,
        entry.type === 'file' ? await tree.digest(entry) : '',
      ]);
      if (entry.type === 'directory') await visit(entry.path);
    }
  };
  await visit('');
  const root = await tree.lookup('');
  if (root) found.push([{ ...root, mtime: 0 }, '']);
  return describe(found);
}

/** Describes a directory of this machine in the same words. */
export async function describeDirectory(
  directory: string,
): Promise<Description> {
  const xattrs = await readXattrs(directory);
  const found: [Entry, string][] = [];
  const add = (path: string, stats: Stats) => {
    const entry = entryOf(path, `${directory}/${path}`, stats);
    if (!entry) return;
    const content =
      entry.type === 'file'
        ? createHash('sha256')
            .update(readFileSync(fsPath(`${directory}/${path}`)))
            .digest('hex')
        : '';
    const attributes = xattrs.get(path);
    const linkGroup = `${stats.dev}:${stats.ino}`;
    found.push([
      {
        ...entry,
        ...(attributes && { xattrs: attributes }),
        ...(entry.type === 'file' && { linkGroup }),
      },
      content && `sha256:${content}`,
    ]);
  };
  walkDirectory(directory, new IgnoredPaths(), add);
  const root = entryOf('', directory, lstatSync(directory));
  if (root) found.push([{ ...root, mtime: 0 }, '']);
  return describe(found);
}

function describe(found: readonly [Entry, string][]): Description {
  const groups = new Map<string, string[]>();
  for (const [{ path, linkGroup }] of found) {
    if (linkGroup === undefined) continue;
    groups.set(linkGroup, [...(groups.get(linkGroup) ?? []), path].sort());
  }
  const lines: Record<string, string> = {};
  for (const [entry, content] of found) {
    const { path, type, mode, uid, gid, size, mtime } = entry;
    const names = groups.get(entry.linkGroup ?? '') ?? [];
    lines[path] = JSON.stringify({
      type,
      mode: (type === 'symlink' ? 0o777 : mode).toString(8),
      owner: `${uid}:${gid}`,
      size,
      mtime,
      link: entry.link,
      device: entry.device,
      xattrs: entry.xattrs,
      names: names.length > 1 ? names : undefined,
      content,
    });
  }
  return lines;
}
