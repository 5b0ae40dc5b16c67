import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limits } from '../Executor';
import type { Controllers, ControllerName } from './Controllers';

/** Programs of ours that run beside the step's first process before it starts. */
const ownProcesses = 1;

/** How long the kernel is given to take a dead process out of its group. */
const removalTries = 20;

/**
 * The control groups of one step: limits that hold for all its processes
 * together, and what the kernel counted.
 */
export class StepGroup {
  private readonly folders = new Map<ControllerName, string>();

  private constructor(private readonly controllers: Controllers) {}

  /**
   * Makes the groups for the limits that are given (memory always, for its
   * peak). A controller in which no group may be made is left out; the caller
   * asks {@link StepGroup.holds} and limits otherwise.
   */
  static create(
    controllers: Controllers,
    name: string,
    limits: Limits,
  ): StepGroup {
    const group = new StepGroup(controllers);
    try {
      group.add('memory', name, folder => {
        if (limits.memory !== undefined)
          group.limitMemory(folder, limits.memory);
      });
      if (limits.processes !== undefined) {
        const most = limits.processes + ownProcesses;
        group.add('pids', name, folder => write(folder, 'pids.max', most));
      }
      if (limits.cpu !== undefined) {
        const quota = Math.max(1000, Math.round(limits.cpu * 100));
        group.add('cpu', name, folder => {
          if (group.version('cpu') === 2) {
            write(folder, 'cpu.max', `${quota} 100000`);
          } else {
            write(folder, 'cpu.cfs_period_us', 100000);
            write(folder, 'cpu.cfs_quota_us', quota);
          }
        });
      }
      return group;
    } catch (error) {
      group.removeNow();
      throw error;
    }
  }

  /** True when this controller limits the step. */
  holds(controller: ControllerName): boolean {
    return this.folders.has(controller);
  }

  /** Files a process writes `0` into to join. */
  get joinFiles(): string[] {
    const folders = new Set(this.folders.values());
    return [...folders].map(folder => path.join(folder, 'cgroup.procs'));
  }

  /** How many processes were killed for memory. */
  get memoryKills(): number {
    const folder = this.folders.get('memory');
    if (!folder) return 0;
    const file =
      this.version('memory') === 2 ? 'memory.events' : 'memory.oom_control';
    return counter(folder, file, 'oom_kill');
  }

  /** How often a process could not be started. */
  get refusedProcesses(): number {
    const folder = this.folders.get('pids');
    return folder ? counter(folder, 'pids.events', 'max') : 0;
  }

  /** Bytes. */
  get peakMemory(): number | undefined {
    const folder = this.folders.get('memory');
    if (!folder) return undefined;
    const file =
      this.version('memory') === 2
        ? 'memory.peak'
        : 'memory.max_usage_in_bytes';
    const bytes = Number(read(folder, file));
    return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
  }

  /** Removes the groups; their processes have ended. */
  async remove(): Promise<void> {
    for (let i = 0; i < removalTries && !this.removeNow(); i += 1) {
      await delay(5 * (i + 1));
    }
  }

  private removeNow(): boolean {
    for (const [controller, folder] of this.folders) {
      try {
        rmdirSync(folder);
        this.folders.delete(controller);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
          this.folders.delete(controller);
        }
      }
    }
    return this.folders.size === 0;
  }

  private version(controller: ControllerName): 1 | 2 | undefined {
    return this.controllers[controller]?.version;
  }

  private add(
    controller: ControllerName,
    name: string,
    limit: (folder: string) => void,
  ): void {
    const parent = this.controllers[controller];
    if (!parent) return;
    const folder = path.join(parent.folder, name);
    try {
      mkdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    this.folders.set(controller, folder);
    limit(folder);
  }

  private limitMemory(folder: string, bytes: number): void {
    if (this.version('memory') === 2) {
      write(folder, 'memory.max', bytes);
      writeIfThere(folder, 'memory.swap.max', 0);
      writeIfThere(folder, 'memory.oom.group', 1);
    } else {
      write(folder, 'memory.limit_in_bytes', bytes);
      writeIfThere(folder, 'memory.memsw.limit_in_bytes', bytes);
    }
  }
}

function write(folder: string, file: string, value: string | number): void {
  writeFileSync(path.join(folder, file), String(value));
}

function writeIfThere(folder: string, file: string, value: number): void {
  try {
    writeFileSync(path.join(folder, file), String(value), { flag: 'r+' });
  } catch {
    // Kernels without swap accounting have no such file.
  }
}

function read(folder: string, file: string): string {
  try {
    return readFileSync(path.join(folder, file), 'utf8').trim();
  } catch {
    return '';
  }
}

function counter(folder: string, file: string, key: string): number {
  const line = read(folder, file)
    .split('\n')
    .find(text => text.startsWith(`${key} `));
  return Number(line?.split(' ')[1] ?? 0);
}
