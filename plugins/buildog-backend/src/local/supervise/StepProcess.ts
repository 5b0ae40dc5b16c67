import { spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { SYSTEM_PATH } from '../sandbox/findProgram';
import type { StepLog } from './StepLog';

/** How a step ended. */
export interface StepEnd {
  exitCode: number;
  signal?: number;
}

/** The processes of a step: a chain that leads to process 1 of its namespace. */
export class StepProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly ended: Promise<StepEnd>,
  ) {}

  /** @throws Error when the first program could not be started. */
  static async start(
    command: readonly string[],
    log: StepLog,
  ): Promise<StepProcess> {
    const [program, ...args] = command;
    const child = spawn(program, args, {
      // What the chain itself needs; the step gets its own.
      env: { PATH: SYSTEM_PATH, LANG: 'C' },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = endOf(child, log);
    // Whoever awaits it hears of it; nobody else has to.
    ended.catch(() => undefined);
    await once(child, 'spawn');
    return new StepProcess(child, ended);
  }

  /** Resolves when nothing of the step is left, and its output is in the log. */
  wait(): Promise<StepEnd> {
    return this.ended;
  }

  /** Tells the step to end, and has the kernel end it after a time of grace. */
  async end(graceMs: number): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    await this.signal('SIGTERM');
    const grace = new AbortController();
    await Promise.race([
      this.ended.catch(() => undefined),
      setTimeout(graceMs, undefined, { signal: grace.signal }).catch(
        () => undefined,
      ),
    ]);
    grace.abort();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    await this.signal('SIGKILL');
    this.child.kill('SIGKILL');
  }

  /** Signals process 1 of the namespace, from outside of it. */
  private async signal(name: NodeJS.Signals): Promise<void> {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
      for (const inner of text.trim().split(' ').filter(Boolean)) {
        process.kill(Number(inner), name);
      }
    } catch {
      // It ended meanwhile, or never got so far.
    }
  }
}

async function endOf(
  child: ChildProcessByStdio<null, Readable, Readable>,
  log: StepLog,
): Promise<StepEnd> {
  const exited = once(child, 'exit');
  exited.catch(() => undefined);
  await Promise.all(
    [child.stdout, child.stderr].map(async stream => {
      const source = log.source();
      for await (const chunk of stream) {
        source.write(chunk);
        await log.caughtUp();
      }
      source.end();
    }),
  );
  const [code, signal] = await exited;
  if (signal === null) return { exitCode: code };
  const number = constants.signals[signal as NodeJS.Signals];
  return { exitCode: 128 + number, signal: number };
}
