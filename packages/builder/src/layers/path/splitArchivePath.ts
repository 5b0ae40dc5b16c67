import { BuilderError } from '../../errors/BuilderError';
import { bytesFromName } from './nameBytes';

const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4096;

/**
 * The names of a path that an archive gives, from the root down. Absolute paths
 * are taken from the archive's root; `.` and doubled slashes mean nothing.
 *
 * @throws {@link BuilderError} `manifest` for `..`, NUL and names that no Linux
 * filesystem has
 */
export function splitArchivePath(path: string): string[] {
  if (path.includes('\0')) throw refused(path, 'holds a NUL byte');
  const names = path.split('/').filter(name => name !== '' && name !== '.');
  if (names.includes('..')) throw refused(path, 'has ".." in it');
  if (
    path.length * 3 > MAX_NAME_BYTES &&
    names.some(name => bytesFromName(name).length > MAX_NAME_BYTES)
  ) {
    throw refused(path, `has a name of more than ${MAX_NAME_BYTES} bytes`);
  }
  if (
    path.length * 3 > MAX_PATH_BYTES &&
    bytesFromName(path).length > MAX_PATH_BYTES
  ) {
    throw refused(path, `is longer than ${MAX_PATH_BYTES} bytes`);
  }
  return names;
}

function refused(path: string, why: string): BuilderError {
  const shown = JSON.stringify(
    path.length > 80 ? `${path.slice(0, 80)}…` : path,
  );
  return new BuilderError(
    'manifest',
    `the path ${shown} of a layer ${why}: such an archive is not unpacked`,
    { operation: 'layer' },
  );
}
