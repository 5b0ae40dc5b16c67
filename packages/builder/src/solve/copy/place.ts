import { BuilderError } from '../../errors/BuilderError';
import type { Entry } from '../../layers/FileTree';
import { joinPath, nameOf, parentOf } from './paths';
import type { ChangeMode } from './parseChmod';
import type { Owner, Placement } from './Placement';
import type { Selection } from './Selection';

/** How and where selections are put. */
export interface PlaceOptions {
  /** Absolute; a trailing slash says that it is a directory. */
  readonly destination: string;
  readonly owner?: Owner;
  readonly chmod?: ChangeMode;
  /** Of directories that the copy makes on its way. Default: 755. */
  readonly folderMode?: number;
  readonly keepOwners: boolean;
  readonly parents: boolean;
  /** An archive's files: what stands in the way is replaced, times of folders count. */
  readonly replace?: boolean;
}

/**
 * Puts selections into a filesystem as `COPY` does: a file into an existing or
 * slash-ended directory, else as the destination; of a directory its content,
 * with the metadata of everything but the directory itself where the destination
 * was there already.
 *
 * @throws {@link BuilderError} `validation` where a file and a directory clash
 */
export async function place(
  placement: Placement,
  selections: readonly Selection[],
  options: PlaceOptions,
): Promise<void> {
  const { destination, parents, folderMode = 0o755 } = options;
  const owner = options.owner ?? { uid: 0, gid: 0 };
  const isFolder = destination.endsWith('/') || parents;
  const folder = isFolder ? destination : parentOf(destination);
  await placement.makeDirectories(
    await placement.resolve(folder),
    folderMode,
    owner,
  );
  await checkSeveral(placement, selections, options);
  for (const selection of selections) {
    const base = await placement.resolve(destination);
    await placeOne(placement, selection, base, options);
  }
}

async function placeOne(
  placement: Placement,
  selection: Selection,
  base: string,
  options: PlaceOptions,
): Promise<void> {
  const { root, name, above, entries } = selection;
  const { folderMode = 0o755 } = options;
  const owner = options.owner ?? { uid: 0, gid: 0 };
  const put = (path: string, source: Entry) =>
    placement.put(
      {
        entry: adjust(path, source, options),
        content: selection.tree,
        source,
      },
      options.replace ?? false,
    );
  for (const { path, entry } of above) await put(joinPath(base, path), entry);
  const existing =
    base === '' ? 'directory' : (await placement.lookup(base))?.type;
  if (root.type !== 'directory') {
    const target =
      options.parents || existing === 'directory' ? joinPath(base, name) : base;
    await placement.makeDirectories(parentOf(target), folderMode, owner);
    await put(target, root);
    return;
  }
  const target = options.parents ? joinPath(base, name) : base;
  if (options.parents && name !== '') await put(target, root);
  else await placement.makeDirectories(target, folderMode, owner);
  for (const { path, entry } of entries) {
    await put(await within(placement, target, path, options), entry);
  }
}

/** An archive's paths go through links that stand in the filesystem, as tar's do. */
async function within(
  placement: Placement,
  target: string,
  path: string,
  { replace }: PlaceOptions,
): Promise<string> {
  const full = joinPath(target, path);
  if (!replace) return full;
  return joinPath(await placement.resolve(parentOf(full)), nameOf(full));
}

function adjust(path: string, source: Entry, options: PlaceOptions): Entry {
  const { owner, chmod, keepOwners } = options;
  const kept = keepOwners ? { uid: source.uid, gid: source.gid } : undefined;
  const isLink = source.type === 'symlink';
  const isDirectory = source.type === 'directory';
  return {
    ...source,
    ...(owner ?? kept ?? { uid: 0, gid: 0 }),
    path,
    mode: chmod && !isLink ? chmod(source.mode, isDirectory) : source.mode,
  };
}

/** Several files can only go into a directory. */
async function checkSeveral(
  placement: Placement,
  selections: readonly Selection[],
  { destination, parents }: PlaceOptions,
): Promise<void> {
  const files = selections.filter(({ root }) => root.type !== 'directory');
  if (destination.endsWith('/') || parents || files.length < 2) return;
  const target = await placement.resolve(destination);
  const existing = target === '' || (await placement.lookup(target));
  if (existing === true || existing?.type === 'directory') return;
  throw new BuilderError(
    'validation',
    `${selections.length} sources are to be copied to ${destination}, which is no directory: write ${destination}/`,
  );
}
