import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

let counter = 0;

/**
 * A folder for what lives as long as an executor. Its name says whose it is, so
 * that the next builder can remove what a killed one has left.
 */
export class ScratchFolder {
  private constructor(readonly path: string) {}

  /** Makes a folder below `parent`, which is made as well. */
  static create(parent: string): ScratchFolder {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    counter += 1;
    // Mounts are made by path: no symlink may be on the way.
    const folder = join(
      realpathSync(parent),
      `${owner(process.pid)}-${counter}`,
    );
    mkdirSync(folder, { mode: 0o700 });
    return new ScratchFolder(folder);
  }

  /** Removes what builders that are no longer there have left below `parent`. */
  static async sweep(parent: string): Promise<void> {
    const names = existsSync(parent) ? readdirSync(parent) : [];
    await Promise.all(
      names
        .filter(name => isAbandoned(name))
        .map(name => rm(join(parent, name), { recursive: true, force: true })),
    );
  }

  /** Idempotent. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Process namespace, process and its start: never the same for two processes of one boot. */
function owner(pid: number): string {
  return `${processNamespace()}-${pid}-${startTime(pid) ?? 0}`;
}

/** True for a name of this process namespace whose process has ended. */
export function isAbandoned(name: string): boolean {
  const [namespace, pid, start] = name.split('-');
  if (namespace !== processNamespace() || !/^\d+$/.test(pid ?? ''))
    return false;
  return startTime(Number(pid)) !== start;
}

function processNamespace(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(
    0,
    8,
  );
  return `${boot}.${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
}

function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
