import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './runProgram.ts';
import { resultsDir, root } from './workspace.ts';

/**
 * Suites that run on Node's own test runner: those of the repository itself
 * (its architecture, its cluster), which belong to no package.
 */
export async function nodeSuites(
  name: string,
  files: string[],
  env: NodeJS.ProcessEnv,
) {
  const report = join(resultsDir, `${name}.tap`);
  const { code } = await runProgram(
    process.execPath,
    [
      '--test',
      '--test-concurrency=1',
      '--test-reporter=spec',
      '--test-reporter-destination=stderr',
      '--test-reporter=tap',
      `--test-reporter-destination=${report}`,
      ...files,
    ],
    { cwd: root, env },
  );
  const tap = await readFile(report, 'utf8');
  const count = (word: string) =>
    Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  const failures = [...tap.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(
    match => `${name} › ${match[1]}`,
  );
  if (code !== 0 && failures.length === 0) {
    failures.push(`${name}: node --test ended with code ${code}`);
  }
  if (count('tests') === 0) failures.push(`${name}: no test ran`);
  return { passed: count('pass'), failures };
}
