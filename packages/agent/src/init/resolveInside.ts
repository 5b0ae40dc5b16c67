import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { systemCode } from '../program';

/** Where a path of the source leads. */
export type Resolved =
  | { state: 'inside'; path: string }
  | { state: 'outside' }
  | { state: 'missing' };

/**
 * Follows all links of a path in the source and says whether it stays in the
 * source. The answer holds as long as nobody else writes there, which is so
 * while `init` runs: it is the first to see the workspace.
 */
export async function resolveInside(
  root: string,
  path: string,
): Promise<Resolved> {
  const realRoot = await realpath(root);
  try {
    const real = await realpath(join(realRoot, path));
    return real === realRoot || real.startsWith(`${realRoot}${sep}`)
      ? { state: 'inside', path: real }
      : { state: 'outside' };
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') {
      return { state: 'missing' };
    }
    throw error;
  }
}
