import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { chmod, copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { BuilderError } from '../../errors/BuilderError';
import { findProgram, systemPath } from '../findProgram';
import type { Held } from '../Held';
import type { LauncherFile } from '../Launcher';
import { launcherFolder } from '../planSystemMounts';

/** Kernel numbers (Documentation/admin-guide/devices.txt); the same on every Linux. */
const devices: readonly (readonly [string, number, number])[] = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
];

/**
 * Makes what a step needs in `/dev` of a folder that is its root: six devices
 * (where this process may make any) and the programs that start it. Returns the
 * paths that are no part of its changes. Says which devices there are not.
 */
export async function makeDevices(
  root: string,
  launcher: readonly LauncherFile[],
  held: Held,
  warn: (message: string) => void,
): Promise<string[]> {
  const made: string[] = [];
  const note = (name: string) => {
    made.push(`dev/${name}`);
    held.add(() =>
      rm(path.join(root, 'dev', name), { recursive: true, force: true }),
    );
  };
  const before = lstatSync(path.join(root, 'dev'), { throwIfNoEntry: false });
  if (before && !before.isDirectory()) {
    throw new BuilderError(
      'validation',
      '/dev of the image is no directory: RUN needs one there',
      { operation: 'exec' },
    );
  }
  if (!before) {
    made.push('dev');
    held.add(() =>
      rm(path.join(root, 'dev'), { recursive: true, force: true }),
    );
  }
  mkdirSync(path.join(root, 'dev', launcherFolder), { recursive: true });
  note(launcherFolder);
  for (const { name, source } of launcher) {
    const target = path.join(root, 'dev', launcherFolder, name);
    await copyFile(source, target);
    await chmod(target, 0o755);
  }
  const missing: string[] = [];
  for (const [name, major, minor] of devices) {
    const target = path.join(root, 'dev', name);
    if (existsSync(target)) continue;
    note(name);
    const ok = await makeNode(target, major, minor);
    if (!ok) missing.push(`/dev/${name}`);
  }
  if (missing.length > 0) {
    warn(
      `RUN has no ${missing.join(
        ', ',
      )}: this process may not make devices (CAP_MKNOD)`,
    );
  }
  if (!existsSync(path.join(root, 'dev/shm'))) {
    mkdirSync(path.join(root, 'dev/shm'));
    note('shm');
    await chmod(path.join(root, 'dev/shm'), 0o1777);
  }
  return made;
}

async function makeNode(
  target: string,
  major: number,
  minor: number,
): Promise<boolean> {
  const program = findProgram('mknod') ?? 'mknod';
  const args = ['-m', '666', target, 'c', `${major}`, `${minor}`];
  try {
    await promisify(execFile)(program, args, { env: { PATH: systemPath } });
    return true;
  } catch {
    return false;
  }
}
