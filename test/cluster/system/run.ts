import { execFile } from 'node:child_process';

/** How {@link run} starts a program. */
export type RunOptions = {
  cwd?: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  /** Written to the program's standard input, for example a password. */
  input?: string;
  /** Milliseconds until the program is ended; none by default. */
  timeout?: number;
};

/** A program ended with an error. The message names it and ends with what it printed last. */
export class ProgramFailed extends Error {
  readonly program: string;
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(
    program: string,
    args: readonly string[],
    exitCode: number | undefined,
    stderr: string,
  ) {
    const lines = stderr.trim().split('\n').slice(-15).join('\n');
    super(
      `${program} ${args.slice(0, 3).join(' ')} failed (${
        exitCode ?? 'not started'
      }): ${lines}`,
    );
    this.name = 'ProgramFailed';
    this.program = program;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/**
 * Runs a program to its end and answers with its standard output. Arguments are
 * an array and no shell is involved.
 *
 * @throws {@link ProgramFailed} when it can't be started or exits with another code than 0.
 */
export function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      [...args],
      {
        cwd: options.cwd,
        env: { ...process.env, ...options.env },
        timeout: options.timeout,
        maxBuffer: 256 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error) {
          const code = typeof error.code === 'number' ? error.code : undefined;
          reject(
            new ProgramFailed(program, args, code, stderr || error.message),
          );
        } else {
          resolve(stdout);
        }
      },
    );
    child.stdin?.on('error', () => {}); // a program that reads nothing closes the pipe; its exit code tells
    child.stdin?.end(options.input ?? '');
  });
}

/** True when the program runs and exits with 0. */
export async function succeeds(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<boolean> {
  return run(program, args, options).then(
    () => true,
    () => false,
  );
}
