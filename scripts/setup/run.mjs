import { spawn } from 'node:child_process';
import { SetupError } from './SetupError.mjs';

/**
 * Runs a program to its end, with its output kept and shown only when it
 * fails (or at once with `show`). Arguments are an array; there is no shell.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, hint?: string }} [options]
 *   `hint`: what to do when it fails.
 * @returns {Promise<string>} what it printed.
 * @throws SetupError with the last lines it printed.
 */
export function run(command, args, options = {}) {
  const { cwd, env = process.env, show = false, hint = '' } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = chunk => {
      output = (output + chunk).slice(-200_000);
      if (show) process.stderr.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', cause =>
      reject(
        new SetupError(`${command} could not be started. ${hint}`, { cause }),
      ),
    );
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve(output);
        return;
      }
      const tail = show ? '' : `\n${output.split('\n').slice(-25).join('\n')}`;
      reject(
        new SetupError(
          `"${[command, ...args].join(' ')}" ended with ${
            signal ?? `code ${code}`
          }. ${hint}${tail}`,
        ),
      );
    });
  });
}
