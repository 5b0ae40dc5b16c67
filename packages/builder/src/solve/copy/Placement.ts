import { BuilderError } from '../../errors/BuilderError';
import type { Entry, FileTree } from '../../layers/FileTree';
import { isSameMeta } from '../../layers/diff/isSameEntry';
import type { LayerChange } from '../../layers/LayerChange';
import { comparePaths, joinPath, parentOf, resolvePath } from './paths';

/** Numbers of user and group. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** A path that is to be there: its entry and where the content comes from. */
export interface Planned {
  readonly entry: Entry;
  readonly content?: FileTree;
  /** Entry in `content`, whose path differs. */
  readonly source?: Entry;
}

/**
 * What a copy makes of a filesystem: planned entries over those of the tree
 * below. Links in the way are followed, never out of the root.
 */
export class Placement {
  private readonly planned = new Map<string, Planned>();
  private readonly removed = new Set<string>();

  constructor(
    private readonly below: FileTree,
    private readonly now: number,
    /** Later times are cut to it when the layer is written. */
    private readonly clampTime = Infinity,
  ) {}

  /** What stands at that very path, as it will be. */
  async lookup(path: string): Promise<Entry | undefined> {
    const planned = this.planned.get(path);
    if (planned) return planned.entry;
    for (let up = path; up !== ''; up = parentOf(up)) {
      if (this.removed.has(up)) return undefined;
    }
    return this.below.lookup(path);
  }

  /** Where a path leads to with all links followed; what is missing stays as it stands. */
  resolve(path: string): Promise<string> {
    return resolvePath(inner => this.lookup(inner), path);
  }

  /**
   * Makes a directory and its parents where they are missing.
   *
   * @returns true when the directory was not there
   */
  async makeDirectories(
    path: string,
    mode: number,
    owner: Owner,
  ): Promise<boolean> {
    const existing = await this.lookup(path);
    if (existing?.type === 'directory' || path === '') return false;
    if (existing) throw notDirectory(path, existing);
    await this.makeDirectories(parentOf(path), mode, owner);
    this.planned.set(path, {
      entry: {
        path,
        type: 'directory',
        mode,
        ...owner,
        size: 0,
        mtime: this.now,
      },
    });
    return true;
  }

  /**
   * Puts an entry where `entry.path` says; a directory there keeps what is in it.
   * With `replace` (archives) anything of another kind is taken away first.
   */
  async put(planned: Planned, replace: boolean): Promise<void> {
    const { path, type } = planned.entry;
    const existing = await this.lookup(path);
    const clash =
      existing !== undefined &&
      (existing.type === 'directory') !== (type === 'directory');
    if (clash && !replace) throw notReplaceable(path, existing, type);
    if (clash) this.remove(path);
    this.planned.set(path, planned);
  }

  /** All changes in the order that a layer wants: with the parents of what changed, as they are. */
  async *changes(): AsyncGenerator<LayerChange> {
    for (const [path, planned] of this.planned) {
      if (await this.isThereAlready(planned)) this.planned.delete(path);
    }
    for (const path of [...this.planned.keys()]) {
      for (let up = parentOf(path); up !== ''; up = parentOf(up)) {
        if (this.planned.has(up)) continue;
        const entry = await this.lookup(up);
        if (entry) this.planned.set(up, { entry });
      }
    }
    const groups = new Map<string, string>();
    const paths = [...new Set([...this.planned.keys(), ...this.removed])];
    for (const path of paths.sort(comparePaths)) {
      if (this.removed.has(path)) yield { kind: 'remove', path };
      const planned = this.planned.get(path);
      if (planned) yield await toChange(planned, groups);
    }
  }

  /** True for what the filesystem has exactly so: a layer does not repeat it. */
  private async isThereAlready(planned: Planned): Promise<boolean> {
    const { entry, content, source } = planned;
    const existing = await this.below.lookup(entry.path);
    if (!existing || entry.linkGroup || this.removed.size > 0) return false;
    const mtime = Math.min(entry.mtime, this.clampTime);
    const isSame =
      existing.type === entry.type &&
      existing.mtime === mtime &&
      existing.size === entry.size &&
      existing.link === entry.link &&
      isSameMeta(existing, entry);
    if (!isSame) return false;
    if (entry.type !== 'file' || !content || !source) return true;
    const digests = [this.below.digest(existing), content.digest(source)];
    const [before, after] = await Promise.all(digests);
    return before === after;
  }

  private remove(path: string): void {
    for (const inner of [...this.planned.keys()]) {
      if (inner === path || inner.startsWith(`${path}/`)) {
        this.planned.delete(inner);
      }
    }
    this.removed.add(path);
  }
}

async function toChange(
  { entry, content, source }: Planned,
  groups: Map<string, string>,
): Promise<LayerChange> {
  if (entry.type !== 'file' || !content || !source) {
    return { kind: 'put', entry };
  }
  const first = entry.linkGroup && groups.get(entry.linkGroup);
  if (first) return { kind: 'put', entry, hardLinkTo: first };
  if (entry.linkGroup) groups.set(entry.linkGroup, entry.path);
  const localPath = await content.localPath?.(source);
  return {
    kind: 'put',
    entry,
    open: () => content.open(source),
    ...(localPath !== undefined && { localPath }),
  };
}

function notDirectory(path: string, { type }: Entry): BuilderError {
  return new BuilderError(
    'validation',
    `/${path} is a ${type} in the image and can not hold files; choose another destination`,
  );
}

function notReplaceable(
  path: string,
  existing: Entry,
  type: string,
): BuilderError {
  return new BuilderError(
    'validation',
    `/${joinPath(path)} is a ${
      existing.type
    } in the image and can not be replaced by a ${type}; choose another destination or remove it first`,
  );
}
