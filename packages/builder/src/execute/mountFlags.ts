import { readFileSync } from 'node:fs';

/** Flags that a user namespace may not take away from a mount it did not make. */
const locked = ['ro', 'nosuid', 'nodev', 'noexec'];

/**
 * Flags of the mount that a path lies on, from `/proc/self/mountinfo`. In a user
 * namespace every mount made of it has to keep them, or the kernel refuses.
 */
export function mountFlags(
  path: string,
  mountinfo = readFileSync('/proc/self/mountinfo', 'utf8'),
): string[] {
  let best = '';
  let flags: string[] = [];
  for (const line of mountinfo.split('\n')) {
    const [, , , , escaped, options] = line.split(' ');
    if (escaped === undefined) continue;
    const mountPoint = escaped.replace(/\\[0-7]{3}/g, code =>
      String.fromCharCode(parseInt(code.slice(1), 8)),
    );
    const contains =
      mountPoint === '/' ||
      path === mountPoint ||
      path.startsWith(`${mountPoint}/`);
    if (contains && mountPoint.length >= best.length) {
      best = mountPoint;
      flags = options.split(',').filter(flag => locked.includes(flag));
    }
  }
  return flags;
}
