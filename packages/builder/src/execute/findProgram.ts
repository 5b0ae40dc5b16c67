import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Where programs of the system are, besides `PATH`: users' `PATH` often lacks `sbin`. */
const systemDirectories = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** `PATH` for the programs that prepare a step; never the caller's own. */
export const systemPath = systemDirectories.join(':');

/**
 * Absolute path of a program of this machine: from the system's directories
 * first, so that nobody's `~/bin/mount` is run with privilege, then from `PATH`
 * (where everything lies elsewhere, as on NixOS). Undefined when there is none.
 */
export function findProgram(name: string): string | undefined {
  const directories = [
    ...systemDirectories,
    ...(process.env.PATH ?? '').split(':').filter(path.isAbsolute),
  ];
  return directories
    .map(directory => path.join(directory, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
