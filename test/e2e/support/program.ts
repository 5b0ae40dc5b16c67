import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Runs a program and returns what it printed on stdout.
 *
 * @throws Error with its stderr, when it ends with another code than 0.
 */
export async function program(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { stdout } = await execute(command, args, {
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
