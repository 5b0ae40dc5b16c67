import { BuilderError } from '../errors/BuilderError';
import type { FileTree } from '../layers/FileTree';
import type { StepMount } from './Executor';
import { resolveInRoot } from './resolveInRoot';

/** A mount of a step with the place it goes to. */
export interface PlacedMount {
  readonly mount: StepMount;
  /** Where it goes: relative to the root, no symlink on the way. */
  readonly path: string;
  /** Index of the mount it lies in; undefined when it lies in the image. */
  readonly inside?: number;
}

/** Paths to be made below the image, so that something can be mounted on them. */
export interface MountPoint {
  readonly path: string;
  readonly type: 'file' | 'directory';
}

/** See {@link placeMounts}. */
export interface PlacedMounts {
  /** Outer mounts before inner ones. */
  readonly mounts: readonly PlacedMount[];
  /** What the image does not have, parents first. */
  readonly mountPoints: readonly MountPoint[];
}

/** Where the sandbox itself mounts, and the only places below that one may mount on. */
const reserved = ['proc', 'sys', 'dev'];
const allowed = ['dev/shm', 'dev/pipes'];

/**
 * Finds where each mount of a step goes. Targets are resolved inside the image,
 * so that an image whose `/etc/resolv.conf` or `/cache` is a symlink can not
 * have us mount elsewhere.
 *
 * @throws {@link BuilderError} `validation` for a target that leads nowhere, is
 * of another type than the mount, or is one of the kernel's filesystems
 */
export async function placeMounts(
  tree: FileTree,
  mounts: readonly StepMount[],
): Promise<PlacedMounts> {
  const placed: PlacedMount[] = [];
  const points = new Map<string, MountPoint>();
  const byDepth = [...mounts].sort((a, b) => depth(a.target) - depth(b.target));
  for (const mount of byDepth) {
    const found = await resolveInRoot(tree, mount.target);
    if (!found || found.path === '') throw refused(mount, 'leads nowhere');
    const { path, existing, entry } = found;
    if (reserved.includes(path.split('/')[0]) && !allowed.includes(path)) {
      throw refused(mount, 'belongs to the kernel');
    }
    const inside = placed.findLastIndex(
      outer => isFolder(outer.mount) && path.startsWith(`${outer.path}/`),
    );
    if (inside >= 0) {
      placed.push({ mount, path, inside });
      continue;
    }
    const type = isFolder(mount) ? 'directory' : 'file';
    if (entry && (entry.type === 'directory') !== (type === 'directory')) {
      throw refused(mount, `is a ${entry.type} in the image`);
    }
    if (!entry) addMountPoints(points, existing, path, type);
    placed.push({ mount, path });
  }
  return { mounts: placed, mountPoints: [...points.values()] };
}

/** Adds a path and those of its parents that do not exist. */
export function addMountPoints(
  points: Map<string, MountPoint>,
  existing: string,
  path: string,
  type: MountPoint['type'],
): void {
  const parts = path.split('/');
  const first = existing === '' ? 0 : existing.split('/').length;
  for (let i = first; i < parts.length; i += 1) {
    const here = parts.slice(0, i + 1).join('/');
    const last = i === parts.length - 1;
    if (!points.has(here)) {
      points.set(here, { path: here, type: last ? type : 'directory' });
    }
  }
}

/** True for a mount that other mounts can lie in. */
export function isFolder(mount: StepMount): boolean {
  return mount.type === 'directory' || mount.type === 'tmpfs';
}

function depth(target: string): number {
  return target.split('/').filter(name => name !== '').length;
}

function refused(mount: StepMount, why: string): BuilderError {
  return new BuilderError(
    'validation',
    `nothing can be mounted on ${JSON.stringify(
      mount.target,
    )}: it ${why}; choose another target`,
    { operation: 'exec' },
  );
}
