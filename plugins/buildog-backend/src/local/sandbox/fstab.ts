import type { StepMount } from '../state/AttemptSpec';

/** Flags that a user namespace may not take away from a mount it did not make. */
const LOCKED = ['ro', 'nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime'];

/**
 * Lines for `mount --all --fstab` (fstab(5)): the root, what is mounted below
 * it, and its own `/proc`, terminals and shared memory.
 *
 * @param root - folder on this machine that becomes the root.
 * @param mountinfo - `/proc/self/mountinfo`.
 */
export function fstab(
  root: string,
  mounts: readonly StepMount[],
  mountinfo: string,
): string {
  const safe = 'nosuid,nodev,noexec';
  return [
    [root, root, 'none', 'bind'],
    ['proc', `${root}/proc`, 'proc', safe],
    [
      'devpts',
      `${root}/dev/pts`,
      'devpts',
      'newinstance,ptmxmode=0666,mode=0620,nosuid,noexec',
    ],
    ['shm', `${root}/dev/shm`, 'tmpfs', `mode=1777,size=64m,${safe}`],
    ...mounts.map(mount => [
      mount.source,
      `${root}${mount.target}`,
      'none',
      optionsOf(mount, mountinfo).join(','),
    ]),
  ]
    .map(fields => `${fields.map(escape).join(' ')} 0 0\n`)
    .join('');
}

function optionsOf(mount: StepMount, mountinfo: string): string[] {
  if (mount.recursive) return ['rbind'];
  const kept = mountFlags(mount.source, mountinfo);
  const flags = new Set(mount.readOnly ? ['ro', ...kept] : kept);
  return ['bind', ...flags];
}

/** Flags of the mount that a path lies on. */
export function mountFlags(path: string, mountinfo: string): string[] {
  let best = '';
  let flags: string[] = [];
  for (const line of mountinfo.split('\n')) {
    const [, , , , escaped, options] = line.split(' ');
    if (escaped === undefined || options === undefined) continue;
    const point = escaped.replace(/\\[0-7]{3}/g, code =>
      String.fromCharCode(parseInt(code.slice(1), 8)),
    );
    const contains =
      point === '/' || path === point || path.startsWith(`${point}/`);
    if (!contains || point.length < best.length) continue;
    best = point;
    flags = options.split(',').filter(flag => LOCKED.includes(flag));
  }
  return flags;
}

function escape(field: string): string {
  return field.replace(
    /[\s\\#]/g,
    character => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
