import { lstatSync, Stats } from 'node:fs';
import type { Entry, FileTree } from '../FileTree';
import type { LayerChange } from '../LayerChange';
import { comparePaths } from '../path/comparePaths';
import { listNames } from '../path/listNames';
import { fsPath } from '../path/nameBytes';
import { childOf, nameOf } from '../path/parentOf';
import { readXattrs, Xattrs } from '../xattr/readXattrs';
import { entryOf, isWhiteout } from './entryOf';
import { IgnoredPaths } from './IgnoredPaths';
import { isSameEntry, isSameMeta } from './isSameEntry';
import { LinkGroups } from './LinkGroups';

/** Options of {@link diffOverlay} and {@link diffDirectory}. @public */
export interface DiffOptions {
  /** Paths that are not looked at, for example mount points that were made for the step. */
  readonly ignore?: Iterable<string>;
  /** Told what could not be found out. */
  readonly warn?: (message: string) => void;
}

interface Places {
  readonly upper: string;
  readonly merged: string;
  readonly below: FileTree;
}

interface Found {
  readonly entry: Entry;
  readonly stats: Stats;
  readonly localPath: string;
}

/** A directory of the upper directory. */
interface Directory {
  /** By name. */
  readonly before: ReadonlyMap<string, Entry>;
  /** In order; undefined for what was removed. */
  readonly paths: readonly (readonly [string, Found | undefined])[];
  /** Something in it was made for the step, not by it. */
  readonly hasIgnored: boolean;
}

class OverlayDiff {
  private readonly links = new LinkGroups();

  constructor(
    private readonly places: Places,
    private readonly ignored: IgnoredPaths,
    private readonly xattrs: Xattrs,
  ) {}

  async *changes(): AsyncGenerator<LayerChange, void, undefined> {
    const root = this.find('');
    const before = await this.places.below.lookup('');
    if (root && before && !isSameMeta(root.entry, before)) {
      yield { kind: 'put', entry: { ...root.entry, mtime: before.mtime } };
    }
    yield* this.walk(await this.inspect('', true));
  }

  private async *walk(
    directory: Directory,
  ): AsyncGenerator<LayerChange, void, undefined> {
    for (const [path, found] of directory.paths) {
      if (!found) {
        yield { kind: 'remove', path };
        continue;
      }
      const before = directory.before.get(nameOf(path));
      if (found.entry.type === 'directory') {
        yield* this.walkInto(found, before);
      } else if (!(await this.isUnchanged(found, before))) {
        yield this.links.put(found.entry, found.localPath, found.stats);
      }
    }
  }

  private async *walkInto(
    { entry }: Found,
    before: Entry | undefined,
  ): AsyncGenerator<LayerChange, void, undefined> {
    const wasDirectory = before?.type === 'directory';
    const inside = await this.inspect(entry.path, wasDirectory);
    if (
      !wasDirectory ||
      !isSameMeta(entry, before) ||
      (entry.mtime !== before.mtime && isTouched(inside))
    ) {
      yield { kind: 'put', entry };
    }
    yield* this.walk(inside);
  }

  private async isUnchanged(
    { entry, stats, localPath }: Found,
    before: Entry | undefined,
  ): Promise<boolean> {
    // Of a file with several names, others may point to this one.
    if (!before || (stats.isFile() && stats.nlink > 1)) return false;
    return isSameEntry(entry, localPath, before, this.places.below);
  }

  private async inspect(
    path: string,
    wasDirectory: boolean,
  ): Promise<Directory> {
    const { below } = this.places;
    const paths: [string, Found | undefined][] = [];
    const whiteouts = new Set<string>();
    let hasIgnored = false;
    const before = new Map<string, Entry>();
    for (const entry of wasDirectory ? await below.list(path) : []) {
      before.set(nameOf(entry.path), entry);
    }
    for (const name of listNames(`${this.places.upper}/${path}`)) {
      const child = childOf(path, name);
      if (this.ignored.has(child)) {
        hasIgnored ||= !before.has(name);
        continue;
      }
      const found = this.find(child);
      if (found && isWhiteout(found.stats)) whiteouts.add(name);
      // Without `found` it is a socket: what stood there is gone.
      else if (found || before.has(name)) paths.push([child, found]);
    }
    for (const name of this.removedFrom(path, before, whiteouts)) {
      const child = childOf(path, name);
      if (!this.ignored.has(child)) paths.push([child, undefined]);
    }
    paths.sort(([a], [b]) => comparePaths(a, b));
    return { before, paths, hasIgnored };
  }

  private removedFrom(
    path: string,
    before: ReadonlyMap<string, Entry>,
    whiteouts: ReadonlySet<string>,
  ): string[] {
    if (before.size === 0) return [];
    const now = new Set(listNames(`${this.places.merged}/${path}`));
    const missing = [...before].filter(([name]) => !now.has(name));
    // Devices of the image may be missing because they could not be made here.
    const isOpaque = missing.some(
      ([name, { type }]) =>
        !whiteouts.has(name) && type !== 'character' && type !== 'block',
    );
    return missing
      .map(([name]) => name)
      .filter(name => isOpaque || whiteouts.has(name));
  }

  private find(path: string): Found | undefined {
    const localPath = `${this.places.upper}/${path}`;
    const stats = lstatSync(fsPath(localPath));
    const entry = entryOf(path, localPath, stats);
    if (!entry) return undefined;
    const xattrs = this.xattrs.get(path);
    return { entry: xattrs ? { ...entry, xattrs } : entry, stats, localPath };
  }
}

/** False when only what was made for the step can have changed the directory's time. */
function isTouched({ hasIgnored, before, paths }: Directory): boolean {
  return (
    !hasIgnored ||
    paths.some(
      ([path, found]) =>
        found?.entry.type !== 'directory' || !before.has(nameOf(path)),
    )
  );
}

/**
 * What an overlay mount's upper directory changes in the filesystem below it.
 * To be called while the overlay is mounted and nothing writes to it; contents
 * are read from the upper directory when the changes are used.
 *
 * Removals are what the tree below has and the mounted directory has not, so
 * whiteouts and opaque directories need no reading of overlayfs' attributes.
 * Files that were only copied up and are what they were are left out. The time
 * of a directory counts when something in it changed. Sockets are left out.
 *
 * @param upper - the upper directory
 * @param merged - where the overlay is mounted
 * @public
 */
export async function* diffOverlay(
  upper: string,
  merged: string,
  below: FileTree,
  options: DiffOptions = {},
): AsyncGenerator<LayerChange, void, undefined> {
  const names = listNames(upper);
  if (names.length === 0) return;
  yield* new OverlayDiff(
    { upper, merged, below },
    new IgnoredPaths(options.ignore),
    await readXattrs(upper, options.warn),
  ).changes();
}
