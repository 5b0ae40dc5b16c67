import type { Entry, FileTree } from '../../layers/FileTree';
import { createIgnoreMatcher } from '../../dockerfile/ignore/createIgnoreMatcher';
import { findSources } from './findSources';
import { missingSource } from './missingSource';
import { cleanPath, joinPath, nameOf, parentOf, resolvePath } from './paths';
import type { SelectedEntry, Selection } from './Selection';

/** Which files of a tree a copy asks for. */
export interface Wanted {
  readonly tree: FileTree;
  readonly sources: readonly string[];
  readonly literal: boolean;
  readonly parents: boolean;
  readonly exclude: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * The files that a copy means, in the order of its sources, those of a pattern in
 * byte order. A link that is named itself is followed inside the tree; links
 * below a directory stay links.
 *
 * @throws {@link BuilderError} `validation` for a source that is not there
 */
export async function select(wanted: Wanted): Promise<readonly Selection[]> {
  const selections: Selection[] = [];
  for (const source of wanted.sources) {
    const found = await findSources(wanted, source);
    for (const { path, pivot } of found.paths) {
      wanted.signal.throwIfAborted();
      const selection = await selectOne(wanted, { source, path, pivot });
      if (selection) {
        selections.push({ ...selection, byPattern: found.byPattern });
      }
    }
  }
  return selections;
}

interface Found {
  readonly source: string;
  readonly path: string;
  /** Part of the path that `--parents` leaves out. */
  readonly pivot: string;
}

async function selectOne(
  wanted: Wanted,
  { source, path, pivot }: Found,
): Promise<Omit<Selection, 'byPattern'> | undefined> {
  const { tree, parents } = wanted;
  const resolved = await resolvePath(inner => tree.lookup(inner), path);
  const root =
    resolved === '' ? await rootOf(tree) : await tree.lookup(resolved);
  if (!root) throw await missingSource(tree, source, path);
  const relative = pivot === '' ? path : path.slice(pivot.length + 1);
  const isExcluded = excluder(wanted);
  if (root.type !== 'directory' && isExcluded(nameOf(path))) {
    return undefined;
  }
  return {
    source,
    tree,
    root,
    name: parents ? relative : nameOf(path),
    entries:
      root.type === 'directory' ? await below(wanted, root, isExcluded) : [],
    above: parents ? await directoriesAbove(tree, pivot, relative) : [],
  };
}

/** Trees need not know their own root. */
async function rootOf(tree: FileTree): Promise<Entry> {
  const known = await tree.lookup('');
  return (
    known ?? {
      path: '',
      type: 'directory',
      mode: 0o755,
      uid: 0,
      gid: 0,
      size: 0,
      mtime: 0,
    }
  );
}

async function below(
  { tree, signal }: Wanted,
  root: Entry,
  isExcluded: (path: string) => boolean,
): Promise<SelectedEntry[]> {
  const found: SelectedEntry[] = [];
  const visit = async (directory: Entry, prefix: string) => {
    signal.throwIfAborted();
    for (const entry of await tree.list(directory.path)) {
      const path = joinPath(prefix, nameOf(entry.path));
      const isDirectory = entry.type === 'directory';
      const excluded = isExcluded(path);
      const at = found.length;
      if (!excluded) found.push({ path, entry });
      if (!isDirectory) continue;
      await visit(entry, path);
      // Something below an excluded directory was taken back in with `!`.
      if (excluded && found.length > at) found.splice(at, 0, { path, entry });
    }
  };
  await visit(root, '');
  return found;
}

/** Patterns of `--exclude` are relative to the source; a file goes by its name. */
function excluder({ exclude }: Wanted): (inner: string) => boolean {
  if (exclude.length === 0) return () => false;
  const matcher = createIgnoreMatcher(exclude.map(cleanPattern));
  return inner => matcher.ignores(inner);
}

function cleanPattern(pattern: string): string {
  return pattern.startsWith('!')
    ? `!${cleanPath(pattern.slice(1))}`
    : cleanPath(pattern);
}

async function directoriesAbove(
  tree: FileTree,
  pivot: string,
  relative: string,
): Promise<SelectedEntry[]> {
  const above: SelectedEntry[] = [];
  for (let up = parentOf(relative); up !== ''; up = parentOf(up)) {
    const entry = await tree.lookup(joinPath(pivot, up));
    if (entry?.type === 'directory') above.unshift({ path: up, entry });
  }
  return above;
}
