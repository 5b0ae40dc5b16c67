import type { FstabLine } from './fstab';
import type { PlacedMount } from './placeMounts';
import { isFolder } from './placeMounts';

/** See {@link planStepMounts}. */
export interface StepMountPlan {
  /** To be mounted with the filesystem itself. */
  readonly outer: readonly FstabLine[];
  /** To be mounted afterwards, inside other mounts. */
  readonly inner: readonly FstabLine[];
  /** Files that have to exist before {@link inner}: absolute paths. */
  readonly innerFiles: readonly string[];
  /** What gives symlinks back to mounts that were guarded from them. */
  readonly last: readonly FstabLine[];
}

/** What {@link planStepMounts} needs to know of this machine. */
export interface StepMountOptions {
  /** The step's filesystem as it will be mounted on this machine. */
  readonly root: string;
  /** Folders for the writes that a mount throws away. */
  discardFolders(index: number): {
    readonly upper: string;
    readonly work: string;
  };
  /**
   * The folder, file or socket on this machine that is shown. For a mount that
   * throws writes away a name without commas and colons, relative to the folder
   * the mount is made in.
   */
  sourceOf(index: number): string;
  /** `nosuid`, `noexec` and the like of the filesystem a path lies on: a user namespace may not take them away. */
  flagsOf(path: string): readonly string[];
  readonly userXattr: boolean;
  /** Working directory, relative to the root. */
  readonly cwd: string;
}

/**
 * Lines for the mounts of a step. Where a mount lies in another one, the outer
 * one is mounted with `nosymfollow` until the inner one is there, and where the
 * working directory lies in a mount, until that is entered: the mount may be a
 * cache that another step writes to in this moment, and a symlink put in the way
 * would have us mount over the machine's own files. Pure.
 */
export function planStepMounts(
  mounts: readonly PlacedMount[],
  options: StepMountOptions,
): StepMountPlan {
  const outer: FstabLine[] = [];
  const inner: FstabLine[] = [];
  const innerFiles: string[] = [];
  const guarded = new Set<number>();
  for (const { inside } of mounts)
    if (inside !== undefined) guarded.add(inside);
  mounts.forEach(({ mount, path }, index) => {
    if (isFolder(mount) && options.cwd.startsWith(`${path}/`))
      guarded.add(index);
  });

  mounts.forEach((placed, index) => {
    const line = lineOf(placed, index, options);
    const guard = guarded.has(index) ? ['nosymfollow'] : [];
    const make =
      placed.inside !== undefined && isFolder(placed.mount)
        ? ['X-mount.mkdir']
        : [];
    const target = placed.inside === undefined ? outer : inner;
    target.push({ ...line, options: [...line.options, ...guard, ...make] });
    if (placed.inside !== undefined && !isFolder(placed.mount)) {
      innerFiles.push(line.target);
    }
  });
  const last = [...guarded].map((index): FstabLine => {
    const line = lineOf(mounts[index], index, options);
    const kept = line.options.filter(option => /^(ro|no\w+)$/.test(option));
    return { ...line, type: 'none', options: ['remount', 'bind', ...kept] };
  });
  return { outer, inner, innerFiles, last };
}

function lineOf(
  { mount, path }: PlacedMount,
  index: number,
  options: StepMountOptions,
): FstabLine {
  const target = `${options.root}/${path}`;
  if (mount.type === 'tmpfs') {
    const size = mount.size === undefined ? [] : [`size=${mount.size}`];
    return {
      source: 'tmpfs',
      target,
      type: 'tmpfs',
      options: ['nosuid', 'nodev', 'mode=1777', ...size],
    };
  }
  const source = options.sourceOf(index);
  if (mount.type === 'directory' && mount.access === 'discardWrites') {
    const { upper, work } = options.discardFolders(index);
    return {
      source: 'overlay',
      target,
      type: 'overlay',
      options: [
        `lowerdir=${source}`,
        `upperdir=${upper}`,
        `workdir=${work}`,
        'nodev',
        ...(options.userXattr ? ['userxattr'] : []),
      ],
    };
  }
  const readOnly =
    mount.type === 'file' ||
    (mount.type === 'directory' && mount.access === 'readOnly');
  const flags = new Set([
    'bind',
    ...(readOnly ? ['ro'] : []),
    'nodev',
    ...options.flagsOf(source),
  ]);
  return { source, target, type: 'none', options: [...flags] };
}
