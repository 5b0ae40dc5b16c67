import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LauncherFile } from './Launcher';
import { boundDevices, launcherFolder } from './planSystemMounts';

/**
 * Makes the folder that becomes the lower half of every step's `/dev`: empty
 * files to bind the devices and the launcher on, and the usual links. One per executor, so that a
 * step needs no program to make them.
 */
export function prepareDevices(
  folder: string,
  launcher: readonly LauncherFile[],
): void {
  for (const name of ['', 'pts', 'shm', 'mqueue', 'pipes']) {
    mkdirSync(path.join(folder, name), { mode: 0o755 });
  }
  for (const name of boundDevices) writeFileSync(path.join(folder, name), '');
  mkdirSync(path.join(folder, launcherFolder), { mode: 0o755 });
  for (const { name } of launcher) {
    writeFileSync(path.join(folder, launcherFolder, name), '');
  }
  const links = {
    fd: '/proc/self/fd',
    stdin: '/proc/self/fd/0',
    stdout: '/proc/self/fd/1',
    stderr: '/proc/self/fd/2',
    ptmx: 'pts/ptmx',
    core: '/proc/kcore',
  };
  for (const [name, target] of Object.entries(links)) {
    symlinkSync(target, path.join(folder, name));
  }
}
