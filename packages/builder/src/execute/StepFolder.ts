import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BuilderError } from '../errors/BuilderError';
import { renderFstab, type FstabLine } from './fstab';
import type { MountPoint } from './placeMounts';

/** Longest text of options that `mount(2)` takes. */
const maximumOptions = 4000;

/** Most layers an overlay is made of: the kernel's limit is 500. */
export const maximumLayers = 480;

/**
 * The folder of one step: the layers by short names, the folder that takes what
 * the step writes, and what is to be mounted. Short, because the names of all
 * layers have to fit into one page, and because a step can read them.
 */
export class StepFolder {
  private constructor(readonly path: string) {}

  static async create(folder: string): Promise<StepFolder> {
    await mkdir(folder, { mode: 0o700 });
    await Promise.all(
      ['u', 'w', 'root', 'p', 'du', 'dw'].map(name =>
        mkdir(join(folder, name), { mode: 0o755 }),
      ),
    );
    return new StepFolder(folder);
  }

  /** Where the step's filesystem is mounted. */
  get root(): string {
    return join(this.path, 'root');
  }

  /** What the step wrote. */
  get upper(): string {
    return join(this.path, 'u');
  }

  /** What could not be prepared, in the words of the program that tried. */
  get setupLog(): string {
    const file = join(this.path, 'setup.log');
    return existsSync(file)
      ? readFileSync(file, 'utf8').slice(0, 2000).trim()
      : '';
  }

  /**
   * Makes what the image does not have to mount on, as a layer *below* the image:
   * so it is there for the step, but not among what the step changed.
   */
  async addMountPoints(points: readonly MountPoint[]): Promise<void> {
    for (const { path: name, type } of points) {
      const file = join(this.path, 'p', name);
      const folder = type === 'directory' ? file : dirname(file);
      await mkdir(folder, { recursive: true, mode: 0o755 });
      if (type === 'file') await writeFile(file, '', { mode: 0o644 });
    }
  }

  /** Gives a folder of this machine a short name; returns it. */
  async link(name: string, target: string): Promise<string> {
    await symlink(target, join(this.path, name));
    return name;
  }

  /** Folders for writes that are thrown away. */
  async discardFolders(index: number): Promise<void> {
    await Promise.all(
      ['u', 'w'].map(kind => mkdir(join(this.path, `m${index}${kind}`))),
    );
  }

  /** Options for the filesystem's mount; `directories` lowest first. */
  async overlay(
    directories: readonly string[],
    userXattr: boolean,
  ): Promise<string> {
    const names = directories.map((_, i) => i.toString(36)).reverse();
    const lower = `lowerdir=${[...names, 'p'].join(':')}`;
    if (lower.length > maximumOptions || names.length > maximumLayers) {
      throw new BuilderError(
        'unsupported',
        `RUN on an image of ${names.length} layers is not possible: an overlay takes ${maximumLayers}; have fewer instructions, or start a stage from a copy of all files`,
        { operation: 'exec' },
      );
    }
    await Promise.all(
      directories.map((target, i) => this.link(i.toString(36), target)),
    );
    const options = [lower, 'upperdir=u', 'workdir=w', 'nodev'];
    return [...options, ...(userXattr ? ['userxattr'] : [])].join(',');
  }

  async writeMounts(
    outer: readonly FstabLine[],
    inner: readonly FstabLine[],
    last: readonly FstabLine[],
  ): Promise<void> {
    const files = { fstab: outer, 'fstab.inner': inner, 'fstab.last': last };
    for (const [name, lines] of Object.entries(files)) {
      if (lines.length === 0) continue;
      await writeFile(join(this.path, name), renderFstab(lines));
    }
  }

  /** Idempotent. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}
