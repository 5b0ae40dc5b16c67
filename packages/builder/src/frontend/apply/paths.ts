import { cleanPath } from '../../dockerfile/ignore/cleanPath';

/** A path from a directory: cleaned, absolute, without a slash at its end. */
export function resolvePath(directory: string, path: string): string {
  return cleanPath(path.startsWith('/') ? path : `/${directory}/${path}`);
}

/**
 * Where files are copied to. The slash at the end stays, because it says that a
 * directory is meant; `.` says so too.
 */
export function resolveDestination(directory: string, path: string): string {
  const wanted = path === '' || path === '.' ? './' : path;
  const resolved = resolvePath(directory, wanted);
  const isDirectory = wanted.endsWith('/') || wanted.endsWith('/.');
  return isDirectory && resolved !== '/' ? `${resolved}/` : resolved;
}
