import { spawn } from 'node:child_process';

/**
 * Runs a program and returns what it printed on stdout.
 *
 * @param input - written to its standard input
 * @throws Error with its stderr, when it ends with another code than 0.
 */
export function program(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: options.env ?? process.env });
    let output = '';
    let errors = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (errors += chunk));
    child.on('error', reject);
    child.on('close', code =>
      code === 0
        ? resolve(output)
        : reject(new Error(`${command} ended with ${code}: ${errors}`)),
    );
    child.stdin.on('error', () => undefined); // it may end before it has read all
    child.stdin.end(options.input);
  });
}
