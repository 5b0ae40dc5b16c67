import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/**
 * Runs a TypeScript program of this repository with Node.js 24 in the
 * foreground: its output is ours, signals are passed on, and its exit code
 * becomes ours.
 *
 * @param {{ node: string, env: NodeJS.ProcessEnv }} tools
 * @param {string} program path below the root
 * @param {string[]} args
 */
export async function handOver({ node, env }, program, args) {
  const child = spawn(node, [program, ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  process.exitCode = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}
