import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { StepOutput } from '../Executor';
import { systemPath } from '../findProgram';
import { closeWriteEnd, type OutputPipe } from './OutputPipes';
import { forward, readLines } from './forward';
import { signalNumber } from './signals';

/** How a step's processes ended. */
export interface StepEnd {
  /** Exit code; 128 + n after signal n. */
  readonly code: number;
  /** Why we ended it; undefined when it ended by itself. */
  readonly stopped?: StopReason;
  /** True when the step's own program was reached. */
  readonly started: boolean;
  /** What could not be prepared, when it was not. */
  readonly failed?: string;
}

/** Why a step is ended before its time. */
export type StopReason = 'cancelled' | 'timeout' | 'disk';

/** See {@link superviseStep}. */
export interface SuperviseOptions {
  /** Program and arguments that lead to the keeper. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
  /** Descriptor of a network namespace for the child's descriptor 4. */
  readonly network?: number;
  readonly output: StepOutput;
  readonly signal: AbortSignal;
  /** Seconds. */
  readonly timeout?: number;
  /** Calls its argument when the step has to be stopped; returns what ends the watch. */
  watch?(stop: (reason: StopReason) => void): () => void;
}

/**
 * Starts a step and stays with it to the end: passes on what it prints (and lets
 * it wait when nobody takes it), and kills its keeper — and with it, by the
 * kernel's hand, everything it started, whatever that ignores — on abort, at the
 * timeout, or when the watch says so. Resolves when no process of it is left.
 */
export async function superviseStep(
  options: SuperviseOptions,
): Promise<StepEnd> {
  const { command, cwd, stdout, stderr, output } = options;
  const child = spawn(command[0], command.slice(1), {
    cwd,
    env: { PATH: systemPath, LC_ALL: 'C', LIBMOUNT_FORCE_MOUNT2: 'always' },
    stdio: [
      'ignore',
      stdout.writeEnd,
      stderr.writeEnd,
      'pipe',
      options.network ?? 'ignore',
    ],
  });
  closeWriteEnd(stdout);
  closeWriteEnd(stderr);

  let keeper: number | undefined;
  let stopped: StopReason | undefined;
  let started = false;
  let failed: string | undefined;

  const kill = () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    // The keeper, not its parent: the parent then ends when all is over.
    if (keeper === undefined || !killed(keeper)) child.kill('SIGKILL');
  };
  const stop = (reason: StopReason) => {
    stopped ??= reason;
    kill();
  };

  readLines(child.stdio[3] as Readable, line => {
    const [word, ...rest] = line.split(' ');
    if (word === 'keeper') {
      const pid = Number(rest[0]);
      // Numbers below 2 mean groups or everybody to kill(2).
      if (Number.isSafeInteger(pid) && pid > 1) keeper = pid;
      if (stopped) kill();
    } else if (word === 'started') started = true;
    else if (word === 'failed') failed = rest.join(' ');
  });

  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + signalNumber(signal)),
    );
  });
  const printed = Promise.all([
    forward(stdout.readEnd, bytes => output.write('stdout', bytes)),
    forward(stderr.readEnd, bytes => output.write('stderr', bytes)),
  ]);

  const onAbort = () => stop('cancelled');
  options.signal.addEventListener('abort', onAbort, { once: true });
  if (options.signal.aborted) onAbort();
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => stop('timeout'), options.timeout * 1000);
  const endWatch = options.watch?.(stop);
  try {
    const [code] = await Promise.all([ended, printed]);
    return {
      code,
      started,
      ...(stopped && { stopped }),
      ...(failed !== undefined && { failed }),
    };
  } finally {
    clearTimeout(timer);
    endWatch?.();
    options.signal.removeEventListener('abort', onAbort);
  }
}

function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
