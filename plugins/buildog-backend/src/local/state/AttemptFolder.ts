import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AttemptSpec } from './AttemptSpec';
import { initialStatus } from './AttemptStatus';
import type { AttemptStatus } from './AttemptStatus';
import type { ProcessIdentity } from './processIdentity';
import { writeAtomically, writeOnce } from './writeAtomically';

/** A wish to end an attempt. */
export interface Removal {
  gracePeriodSeconds: number;
}

/**
 * All that there is of an attempt, in one folder:
 *
 *     spec.json         what is to be run
 *     supervisor.json   the process that runs it
 *     status.json       how far it has come
 *     remove.json       a wish to end it
 *     work/             source, image, scratch: gone when it has ended
 *     steps/NAME/       input, credentials, log and result of each step
 */
export class AttemptFolder {
  constructor(readonly path: string) {}

  /** The attempt's name. */
  get name(): string {
    return basename(this.path);
  }

  /** A folder of all steps: `workspace`, `output`, `scratch`. */
  work(name = ''): string {
    return join(this.path, 'work', name);
  }

  /** A file or folder of one step. */
  step(name: string, file = ''): string {
    return join(this.path, 'steps', name, file);
  }

  /** A file of the attempt. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** `undefined` where there is no such attempt. */
  async spec(): Promise<AttemptSpec | undefined> {
    return readJson(this.file('spec.json'));
  }

  async status(spec: AttemptSpec): Promise<AttemptStatus> {
    const status = await readJson<AttemptStatus>(this.file('status.json'));
    return status ?? initialStatus(spec.steps.map(({ name }) => name));
  }

  async writeStatus(status: AttemptStatus): Promise<void> {
    await writeAtomically(this.file('status.json'), JSON.stringify(status));
  }

  /** `undefined` until a supervisor has begun. */
  async supervisor(): Promise<ProcessIdentity | undefined> {
    return readJson(this.file('supervisor.json'));
  }

  /** Makes a process the attempt's supervisor unless it ever had one. */
  async claim(process: ProcessIdentity): Promise<boolean> {
    return writeOnce(this.file('supervisor.json'), JSON.stringify(process));
  }

  async removal(): Promise<Removal | undefined> {
    return readJson(this.file('remove.json'));
  }

  async wishRemoval(removal: Removal): Promise<void> {
    await writeAtomically(this.file('remove.json'), JSON.stringify(removal));
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
