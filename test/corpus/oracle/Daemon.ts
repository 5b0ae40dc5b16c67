import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { waitFor } from '../../cluster/system/waitFor.ts';

/** How a {@link Daemon} is started. */
export interface DaemonOptions {
  program: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** Gets all that it prints. */
  log: string;
  /** Asked until it answers true. */
  ready: () => Promise<boolean>;
}

/** A program that runs beside a test. It dies with the test: it is no group of its own. */
export class Daemon {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @throws Error with the end of its log, when it ends or is not ready after 30 s.
   */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const log = openSync(options.log, 'a');
    const child = spawn(options.program, options.args, {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...options.env },
    });
    closeSync(log);
    const daemon = new Daemon(child);
    try {
      await Promise.race([
        waitFor(`${options.program} is ready`, options.ready, {
          timeout: 30_000,
        }),
        once(child, 'exit').then(([code]) => {
          throw new Error(`it ended with ${code}`);
        }),
      ]);
    } catch (cause) {
      await daemon.stop();
      const lines = (await readFile(options.log, 'utf8')).trim().split('\n');
      throw new Error(
        `${options.program} did not start: ${lines.slice(-8).join('\n')}`,
        { cause },
      );
    }
    return daemon;
  }

  /** Its process id; `undefined` when it never ran. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks it to end, and ends it when it has not after ten seconds. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const impatient = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(impatient);
  }
}
