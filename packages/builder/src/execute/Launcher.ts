import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { findProgram, systemPath } from './findProgram';

/** A file of the machine that a launcher needs, under the name it has for it. */
export interface LauncherFile {
  readonly name: string;
  readonly source: string;
}

/**
 * The machine's `env` with the libraries it needs, to be run *inside* a step's
 * filesystem, where it sets the step's variables and becomes the step's program.
 *
 * The variables must not reach a program of the machine before the root has
 * changed: its loader would follow a Dockerfile's `LD_PRELOAD`, with our rights.
 * And they can not be set by a program of the image, which may have none.
 */
export interface Launcher {
  readonly files: readonly LauncherFile[];
  /** Arguments that run the program when the files lie in this folder. */
  command(folder: string): string[];
}

/** Finds the launcher of this machine; undefined when there is no such program or what it needs is not to be found. */
export async function findLauncher(
  program = 'env',
): Promise<Launcher | undefined> {
  const file = findProgram(program);
  const ldd = findProgram('ldd');
  if (!file || !ldd) return undefined;
  const { stdout } = await promisify(execFile)(ldd, [file], {
    env: { PATH: systemPath, LC_ALL: 'C' },
  }).catch(error => ({ stdout: String(error.stdout ?? '') }));
  return parseLauncher(file, stdout);
}

/** See {@link findLauncher}; `listing` is what `ldd` printed. Pure. */
export function parseLauncher(
  program: string,
  listing: string,
): Launcher | undefined {
  const own = path.basename(program);
  const files: LauncherFile[] = [{ name: own, source: program }];
  let loader: string | undefined;
  for (const line of listing.split('\n')) {
    const [, name, target] =
      /^\s*(\S+)(?: => (\S+))? \(0x[0-9a-f]+\)$/.exec(line) ?? [];
    if (target?.startsWith('/')) {
      files.push({ name: path.basename(name), source: target });
    } else if (name?.startsWith('/')) loader = name;
  }
  // A program without libraries runs as it is.
  if (files.length === 1 && !loader) {
    return { files, command: folder => [`${folder}/${own}`] };
  }
  if (!loader) return undefined;
  files.push({ name: 'loader', source: loader });
  return {
    files,
    command: folder => [
      `${folder}/loader`,
      '--library-path',
      folder,
      `${folder}/${own}`,
    ],
  };
}
