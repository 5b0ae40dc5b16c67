import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StepSpec } from '../state/AttemptSpec';
import { fstab } from './fstab';

/** Folders of every root. */
const FOLDERS = ['proc', 'dev/pts', 'dev/shm', 'run', 'etc', 'var'];

/** Links of every root. */
const LINKS: Record<string, string> = {
  '/dev/fd': '/proc/self/fd',
  '/dev/stdin': '/proc/self/fd/0',
  '/dev/stdout': '/proc/self/fd/1',
  '/dev/stderr': '/proc/self/fd/2',
  '/dev/ptmx': 'pts/ptmx',
  '/var/tmp': '/tmp',
};

/**
 * Makes the empty root of a step with a mount point for everything it sees,
 * and the list of mounts beside it. Run it anew after a crash as one likes.
 *
 * @param folder - the step's own.
 */
export async function prepareRoot(
  step: Pick<StepSpec, 'mounts' | 'links'>,
  folder: string,
): Promise<void> {
  const root = join(folder, 'root');
  for (const name of FOLDERS) {
    await mkdir(join(root, name), { recursive: true, mode: 0o755 });
  }
  for (const [path, target] of Object.entries({ ...LINKS, ...step.links })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(target, join(root, path)).catch(ignoreExisting);
  }
  for (const [index, { source, target }] of step.mounts.entries()) {
    const point = mountPoint(root, target, step.mounts.slice(0, index));
    if ((await stat(source)).isDirectory()) {
      await mkdir(point, { recursive: true, mode: 0o755 });
    } else {
      await mkdir(dirname(point), { recursive: true, mode: 0o755 });
      await writeFile(point, '', { flag: 'a' });
    }
  }
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8');
  await writeFile(join(folder, 'fstab'), fstab(root, step.mounts, mountinfo));
}

/** Where a mount point has to be made: in what an earlier mount shows there, or in the root. */
function mountPoint(
  root: string,
  target: string,
  earlier: StepSpec['mounts'],
): string {
  const below = earlier.findLast(mount =>
    target.startsWith(`${mount.target}/`),
  );
  return below
    ? join(below.source, target.slice(below.target.length))
    : join(root, target);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
