import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { chmod, chown, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { BuilderError } from '../errors/BuilderError';
import { findProgram, systemPath } from './findProgram';

/**
 * Files with secrets, in memory: a `tmpfs` that only this process' mount
 * namespace has, so nobody else sees it and it is gone when the process is,
 * however it ends. Mounted when it is first asked for.
 */
export class PrivateFiles {
  private mounted?: Promise<void>;
  private counter = 0;

  constructor(private readonly folder: string) {}

  /** Writes a file; returns its path. */
  async add(
    content: Uint8Array,
    owner: {
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    },
  ): Promise<string> {
    const file = await this.place();
    await writeFile(file, content, { mode: 0o600, flag: 'wx' });
    await chown(file, owner.uid, owner.gid);
    await chmod(file, owner.mode);
    return file;
  }

  /** A path at which the caller makes a file (or a socket) of its own. */
  async place(): Promise<string> {
    this.mounted ??= this.mount();
    await this.mounted;
    this.counter += 1;
    return path.join(this.folder, `${this.counter}`);
  }

  /** Idempotent. */
  async remove(file: string): Promise<void> {
    await rm(file, { force: true });
  }

  /** Unmounts. Idempotent. */
  async close(): Promise<void> {
    const mounted = this.mounted;
    this.mounted = undefined;
    if (!mounted) return;
    await mounted.catch(() => undefined);
    await run('umount', ['--', this.folder]).catch(() => undefined);
  }

  private async mount(): Promise<void> {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const options = 'mode=0700,size=64m,nosuid,nodev,noexec';
    try {
      await run('mount', [
        '-t',
        'tmpfs',
        '-o',
        options,
        'buildog',
        this.folder,
      ]);
    } catch (cause) {
      throw new BuilderError(
        'filesystem',
        `no private memory could be mounted on ${this.folder} for secrets`,
        { cause, operation: 'exec' },
      );
    }
  }
}

async function run(name: string, args: readonly string[]): Promise<void> {
  const program = findProgram(name) ?? name;
  await promisify(execFile)(program, args, {
    env: { PATH: systemPath, LC_ALL: 'C' },
  });
}
