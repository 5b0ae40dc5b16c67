import { spawn } from 'node:child_process';

/** How a program ended, and the last of what it printed. */
export interface ProgramResult {
  code: number;
  output: string;
}

/**
 * Runs a program with its output passed through and its last 200 kB kept.
 * Never throws for a non-zero exit: a test program's failures are read from
 * its report.
 */
export function runProgram(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; quiet?: boolean } = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-200_000);
      if (!options.quiet) process.stderr.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', code => resolve({ code: code ?? 1, output }));
  });
}
