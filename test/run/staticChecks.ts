import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './runProgram.ts';
import { root, yarn } from './workspace.ts';

/** A check that passes or fails as a whole: a program and its arguments. */
const CHECKS: { name: string; args: string[] }[] = [
  { name: 'type check', args: ['tsc'] },
  { name: 'type check of scripts and tests', args: ['tsc', '-p', 'test'] },
  { name: 'lint', args: ['backstage-cli', 'repo', 'lint'] },
  {
    name: 'prettier',
    args: ['prettier', '--check', '--loglevel', 'warn', '.'],
  },
  {
    name: 'API reports',
    args: [
      'backstage-repo-tools',
      'api-reports',
      '--ci',
      '--allow-all-warnings',
      // Our packages see each other's sources; the message names this machine's paths.
      '--omit-messages=ae-wrong-input-file-type',
    ],
  },
];

/** Type check, lint, formatting and API reports, each counted as one test. */
export async function staticChecks() {
  const failures: string[] = [];
  // The order of unions in an API report follows the compiler's state; from
  // nothing it is always the same.
  await rm(join(root, 'dist-types'), { recursive: true, force: true });
  for (const { name, args } of CHECKS) {
    const { code, output } = await runProgram(
      yarn[0],
      [yarn[1], 'run', ...args],
      { cwd: root, quiet: true },
    );
    if (code !== 0) {
      process.stderr.write(output);
      failures.push(`${name}: yarn ${args.join(' ')} ended with code ${code}`);
    }
  }
  return { passed: CHECKS.length - failures.length, failures };
}
