import type { Entry, FileTree } from '../../layers/FileTree';
import type { SelectedEntry, Selection } from './Selection';

/** Files hashed at once. */
const BATCH = 32;

/**
 * What of a selection decides the result of a copy, as plain data for a key:
 * names, kinds, modes, links, content, and owners where they are kept. Times are
 * not part of it: a fresh checkout of the same files is the same.
 */
export async function selectionContent(
  selection: Selection,
  options: { readonly keepOwners: boolean; readonly signal: AbortSignal },
): Promise<unknown> {
  const { tree, name, root, entries, above } = selection;
  const all: SelectedEntry[] = [
    ...above.map(({ path, entry }) => ({ path: `above/${path}`, entry })),
    { path: '', entry: root },
    ...entries,
  ];
  const groups = new Map<string, number>();
  const lines: unknown[] = [];
  for (let start = 0; start < all.length; start += BATCH) {
    options.signal.throwIfAborted();
    const batch = all.slice(start, start + BATCH);
    const digests = await Promise.all(
      batch.map(({ entry }) => contentOf(tree, entry)),
    );
    batch.forEach(({ path, entry }, index) => {
      lines.push([
        path,
        entry.type,
        entry.mode,
        digests[index],
        options.keepOwners ? [entry.uid, entry.gid] : 0,
        entry.link ?? 0,
        groupNumber(groups, entry),
        entry.xattrs ?? 0,
        entry.device ?? 0,
      ]);
    });
  }
  return { name, lines };
}

async function contentOf(tree: FileTree, entry: Entry): Promise<string> {
  return entry.type === 'file' ? tree.digest(entry) : '';
}

/** Names of link groups are the machine's own (inode numbers): only who shares one counts. */
function groupNumber(groups: Map<string, number>, entry: Entry): number {
  if (entry.linkGroup === undefined) return -1;
  const known = groups.get(entry.linkGroup);
  if (known !== undefined) return known;
  groups.set(entry.linkGroup, groups.size);
  return groups.size - 1;
}
