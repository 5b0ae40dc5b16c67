import { BuilderError } from '../errors/BuilderError';
import { isFolder, type PlacedMount } from './placeMounts';
import type { ResolvedPath } from './resolveInRoot';

/**
 * The working directory: a folder of the image, or one that a mount brings.
 *
 * @throws BuilderError `execution` when it is neither
 */
export function workingDirectory(
  cwd: string,
  found: ResolvedPath | undefined,
  mounts: readonly PlacedMount[],
): string {
  const mounted = mounts.some(
    ({ mount, path }) =>
      isFolder(mount) &&
      (found?.path === path || found?.path.startsWith(`${path}/`)),
  );
  if (
    found &&
    (mounted || found.path === '' || found.entry?.type === 'directory')
  ) {
    return found.path;
  }
  throw new BuilderError(
    'execution',
    `working directory ${JSON.stringify(cwd)} is no directory of the image`,
    { operation: 'exec' },
  );
}
