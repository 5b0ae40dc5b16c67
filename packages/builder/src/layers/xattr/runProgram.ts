import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BuilderError } from '../../errors/BuilderError';
import { toBuilderError } from '../../errors/toBuilderError';

const endedEarly = new Set(['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/**
 * Runs a program in a directory and hands its output to `take` as it comes.
 *
 * @returns its exit code
 * @throws {@link BuilderError} `filesystem` when it cannot be started
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  work: {
    readonly cwd: string;
    readonly input?: AsyncIterable<Buffer>;
    readonly take?: (bytes: Buffer) => void;
  },
): Promise<number> {
  const child = spawn(program, args, {
    cwd: work.cwd,
    stdio: [work.input ? 'pipe' : 'ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  const ended = once(child, 'close').catch(cause => {
    throw new BuilderError('filesystem', `${program} could not be started`, {
      cause,
    });
  });
  let failure: unknown;
  const fed =
    work.input && child.stdin
      ? pipeline(Readable.from(work.input), child.stdin).catch(error => {
          // A program that ends early says so with its exit code.
          if (!endedEarly.has(error.code)) failure = error;
        })
      : undefined;
  child.stdout?.on('data', (bytes: Buffer) => work.take?.(bytes));
  const [code] = await ended;
  await fed;
  if (failure !== undefined) throw toBuilderError(failure);
  return (code as number | null) ?? -1;
}
