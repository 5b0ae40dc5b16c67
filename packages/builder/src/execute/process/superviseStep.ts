import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { StepOutput } from '../Executor';
import { systemPath } from '../findProgram';
import type { OutputPipe } from './OutputPipes';
import { forward, readLines } from './forward';
import { inheritedDescriptors } from './inheritedDescriptors';
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
  /** The keeper, while it stays: the step's filesystem is below its root. */
  readonly keeper?: number;
  /** Lets the keeper go; resolves when it has. Idempotent. */
  release(): Promise<void>;
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
  /** Kills what the keeper's end does not. */
  killAll?(): void;
  /** Calls its argument when the step has to be stopped; returns what ends the watch. */
  watch?(stop: (reason: StopReason) => void): () => void;
}

/**
 * Starts a step and stays with it to the end: passes on what it prints (and lets
 * it wait when nobody takes it), and kills its keeper — and with it, by the
 * kernel's hand, everything it started, whatever that ignores — on abort, at the
 * timeout, or when the watch says so. Resolves when no process of it is left but
 * the keeper.
 */
export async function superviseStep(
  options: SuperviseOptions,
): Promise<StepEnd> {
  const { command, stdout, stderr, output, signal } = options;
  const child = spawn(command[0], command.slice(1), {
    cwd: options.cwd,
    env: { PATH: systemPath, LC_ALL: 'C', LIBMOUNT_FORCE_MOUNT2: 'always' },
    stdio: [
      ...(['ignore', 'ignore', 'ignore', 'pipe'] as const),
      options.network ?? 'ignore',
      ...covers(),
    ],
  });
  const control = child.stdio[3] as Duplex;

  let keeper: number | undefined;
  let stopped: StopReason | undefined;
  let started = false;
  let failed: string | undefined;
  let exited = false;

  const kill = () => {
    if (exited) return;
    // The keeper, not its parent: the parent then ends when all is over.
    if (keeper === undefined || !killed(keeper)) child.kill('SIGKILL');
    options.killAll?.();
  };
  const stop = (reason: StopReason) => {
    stopped ??= reason;
    kill();
  };
  const gone = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, name) => {
      exited = true;
      resolve(code ?? 128 + signalNumber(name));
    });
  });
  const ended = new Promise<number>(resolve => {
    readLines(control, line => {
      const [word, ...rest] = line.split(' ');
      if (word === 'keeper') {
        const pid = Number(rest[0]);
        // Numbers below 2 mean groups or everybody to kill(2).
        if (Number.isSafeInteger(pid) && pid > 1) keeper = pid;
        if (stopped) kill();
      } else if (word === 'started') started = true;
      else if (word === 'failed') failed = rest.join(' ');
      else if (word === 'ended') resolve(Number(rest[0]));
    });
  });
  const release = async () => {
    control.destroy();
    await gone;
  };
  const printed = Promise.all([
    forward(stdout.readEnd, bytes => output.write('stdout', bytes)),
    forward(stderr.readEnd, bytes => output.write('stderr', bytes)),
  ]);

  const onAbort = () => stop('cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => stop('timeout'), options.timeout * 1000);
  const endWatch = options.watch?.(stop);
  try {
    const over = Promise.race([ended, gone]).finally(() => {
      options.killAll?.();
      stdout.finish();
      stderr.finish();
    });
    const [code] = await Promise.all([over, printed]);
    return {
      code,
      started,
      release,
      ...(stopped && { stopped }),
      ...(failed !== undefined && { failed }),
      ...(keeper !== undefined && !exited && { keeper }),
    };
  } catch (error) {
    kill();
    await release().catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
    endWatch?.();
    signal.removeEventListener('abort', onAbort);
  }
}

function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Puts /dev/null over descriptors that are not for the step: they came from whoever started us. */
function covers(): 'ignore'[] {
  const highest = Math.max(4, ...inheritedDescriptors());
  return Array.from({ length: highest - 4 }, () => 'ignore');
}
