import { linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { BuilderError } from '../../errors/BuilderError';
import { makeNode } from './makeNode';

/**
 * Makes whiteouts as overlayfs knows them: character devices 0/0. Programs are
 * needed to make a device, so one is made and then linked, which takes
 * microseconds.
 */
export class Whiteouts {
  /**
   * @param origin - where the device to be linked is kept
   * @param temporary - gives names of files that are not there
   */
  constructor(
    private readonly origin: string,
    private readonly temporary: () => string,
  ) {}

  /** Makes a whiteout at a path where nothing is. */
  place(path: string | Buffer): void {
    this.prepare();
    try {
      linkSync(this.origin, path);
    } catch (error) {
      // Filesystems limit the number of names that one file has.
      if ((error as NodeJS.ErrnoException).code !== 'EMLINK') throw error;
      rmSync(this.origin, { force: true });
      this.prepare();
      linkSync(this.origin, path);
    }
  }

  private prepare(): void {
    if (lstatSync(this.origin, { throwIfNoEntry: false })) return;
    const made = this.temporary();
    const entry = { type: 'character', mode: 0, device: [0, 0] } as const;
    if (!makeNode(made, entry)) {
      throw new BuilderError(
        'unsupported',
        'this machine does not allow whiteout devices (character device 0/0), which overlay mounts need: use the flat form',
        { operation: 'extract' },
      );
    }
    renameSync(made, this.origin);
  }
}
