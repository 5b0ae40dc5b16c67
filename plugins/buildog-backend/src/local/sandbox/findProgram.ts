import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** `PATH` of everything we start: the system's folders. */
export const SYSTEM_PATH = FOLDERS.join(':');

/** Programs of the system that steps are started with. */
export const NEEDED_PROGRAMS = [
  ...['chroot', 'env', 'mount', 'nice', 'prlimit', 'setpriv', 'sh', 'unshare'],
] as const;

/**
 * Absolute path of one of the system's programs; never of one in a person's own
 * `PATH`.
 */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map(folder => join(folder, name)).find(file => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @throws Error that names the program. */
export function requireProgram(name: string): string {
  const file = findProgram(name);
  if (file) return file;
  throw new Error(
    `the program ${name} is missing; install util-linux and coreutils`,
  );
}
