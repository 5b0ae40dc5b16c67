import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareRoot } from '../sandbox/prepareRoot';
import { sandboxCommand } from '../sandbox/sandboxCommand';
import type { AttemptFolder } from '../state/AttemptFolder';
import type { AttemptSpec, StepSpec } from '../state/AttemptSpec';
import { initialStatus } from '../state/AttemptStatus';
import type { AttemptStatus, StepStatus } from '../state/AttemptStatus';
import { removeTree } from './removeTree';
import { StepLog } from './StepLog';
import { StepProcess } from './StepProcess';

/** The kubelet cuts termination messages there. */
const MESSAGE_LIMIT = 4096;
const LOG_LIMIT_BYTES = 256 * 1024 * 1024;
/** What a step has to end by itself when the attempt's time is up. */
const DEADLINE_GRACE_MS = 2_000;

/** `Shutdown`: somebody ends us, most likely with the machine. */
type Ending = 'Deadline' | 'Removal' | 'Shutdown';

/** Runs the steps of one attempt, one after the other, and says how it goes. */
export class Supervisor {
  private readonly status: AttemptStatus;
  private running: StepProcess | undefined;
  private ending: Ending | undefined;

  /**
   * @param events - a file that is touched whenever something has changed.
   */
  constructor(
    private readonly folder: AttemptFolder,
    private readonly spec: AttemptSpec,
    private readonly events: string,
  ) {
    this.status = initialStatus(spec.steps.map(({ name }) => name));
  }

  /** Resolves when the attempt has ended and its workspace is gone. */
  async run(): Promise<void> {
    await this.runSteps();
    // In this order: a wish that comes later finds that we are over, and one
    // that came before is found now. Both may remove it.
    await this.folder.writeStatus({ ...this.status, over: true });
    if (!(await this.folder.removal())) return;
    await removeTree(this.folder.path);
    // The last news: it is gone.
    await rm(this.events, { force: true });
  }

  private async runSteps(): Promise<void> {
    const { createdAt, deadlineSeconds } = this.spec;
    const due = Date.parse(createdAt) + deadlineSeconds * 1000;
    const timer = setTimeout(() => {
      this.end('Deadline', DEADLINE_GRACE_MS);
    }, Math.max(0, due - Date.now()));
    await this.report();
    if (await this.folder.removal()) this.ending = 'Removal';
    for (const [index, step] of this.spec.steps.entries()) {
      if (this.ending) break;
      const exitCode = await this.runStep(step, this.status.steps[index]);
      if (exitCode !== 0) break;
    }
    clearTimeout(timer);
    await this.forgetSecrets();
    // Nobody may take our end for the build's: it counts as lost.
    if (this.ending === 'Shutdown') return;
    this.status.finished = this.outcome();
    await this.report();
    await removeTree(this.folder.work());
    for (const { name } of this.spec.steps) {
      await removeTree(this.folder.step(name, 'tmp'));
      await removeTree(this.folder.step(name, 'root'));
    }
  }

  /** We were told to end: the attempt shall be gone, or we alone. */
  async stop(): Promise<void> {
    const removal = await this.folder.removal();
    if (removal) this.end('Removal', removal.gracePeriodSeconds * 1000);
    else this.end('Shutdown', 0);
  }

  private end(ending: Ending, graceMs: number): void {
    this.ending ??= ending;
    this.running?.end(graceMs).catch(() => undefined);
  }

  private async runStep(step: StepSpec, status: StepStatus): Promise<number> {
    const place = this.folder.step(step.name);
    const log = new StepLog(join(place, 'log'), LOG_LIMIT_BYTES);
    try {
      await prepareRoot(step, place.replace(/\/$/, ''));
      const command = sandboxCommand(
        step,
        place.replace(/\/$/, ''),
        this.spec.nice,
      );
      this.running = await StepProcess.start(command, log);
      Object.assign(status, { state: 'Running', startedAt: now() });
      await this.report();
      // The wish to end may have come between the two lines above.
      if (this.ending) await this.running.end(0);
      const { exitCode, signal } = await this.running.wait();
      Object.assign(status, {
        reason: exitCode === 0 ? 'Completed' : 'Error',
        exitCode,
        ...(signal !== undefined && { signal }),
        message: await this.messageOf(step.name),
      });
    } catch (error) {
      Object.assign(status, {
        reason: 'StartError',
        exitCode: 128,
        message: (error as Error).message.slice(0, MESSAGE_LIMIT),
      });
    } finally {
      this.running = undefined;
      await log.close();
    }
    // Nobody needs them any more, and the next step must not find them.
    await removeTree(this.folder.step(step.name, 'credentials'));
    Object.assign(status, {
      state: 'Terminated',
      startedAt: status.startedAt ?? now(),
      finishedAt: now(),
    });
    // Why it was ended is said together with its end, or it looks like its own.
    if (!this.ending) await this.report();
    return status.exitCode ?? 1;
  }

  private async messageOf(step: string): Promise<string> {
    const file = this.folder.step(step, 'termination-log');
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    return bytes.subarray(0, MESSAGE_LIMIT).toString('utf8');
  }

  private async forgetSecrets(): Promise<void> {
    for (const { name } of this.spec.steps) {
      await removeTree(this.folder.step(name, 'credentials'));
    }
  }

  private outcome(): NonNullable<AttemptStatus['finished']> {
    if (this.ending === 'Deadline') {
      return {
        type: 'Failed',
        reason: 'DeadlineExceeded',
        message: 'Job was active longer than specified deadline',
      };
    }
    const isComplete = this.status.steps.every(
      ({ exitCode }) => exitCode === 0,
    );
    return isComplete
      ? { type: 'Complete', reason: 'CompletionsReached', message: '' }
      : {
          type: 'Failed',
          reason: 'BackoffLimitExceeded',
          message: 'A step ended with an error',
        };
  }

  private async report(): Promise<void> {
    await this.folder.writeStatus(this.status);
    const time = new Date();
    await utimes(this.events, time, time).catch(() =>
      writeFile(this.events, '', { mode: 0o600 }),
    );
  }
}

function now(): string {
  return new Date().toISOString();
}
