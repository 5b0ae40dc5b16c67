import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './runProgram.ts';
import type { Tally } from './Tally.ts';
import { resultsDir, root, yarn } from './workspace.ts';

const MINIMUM_COVERAGE = 80;

interface JestReport {
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: {
      fullName: string;
      status: string;
      failureMessages: string[];
    }[];
  }[];
}

/**
 * Every jest suite of plugins and packages in one run, unit and contract
 * tests alike, with coverage. Line coverage below 80 % is a failure, and so is
 * a temporary folder that a test leaves behind.
 */
export async function jestSuites(tally: Tally, env: NodeJS.ProcessEnv) {
  const report = join(resultsDir, 'jest.json');
  const coverage = join(resultsDir, 'coverage');
  // Without capitals, which buildah takes for no name of an image; short, for
  // the paths of sockets; and open to the users as whom some tests run programs.
  const temporary = join(
    tmpdir(),
    `buildog-jest-${randomBytes(3).toString('hex')}`,
  );
  await mkdir(temporary, { mode: 0o755 });
  await runProgram(
    yarn[0],
    [
      yarn[1],
      'run',
      'backstage-cli',
      'repo',
      'test',
      '--coverage',
      '--coverageReporters=json-summary',
      '--coverageReporters=text-summary',
      `--coverageDirectory=${coverage}`,
      '--json',
      `--outputFile=${report}`,
      '--silent',
      // By default it would be in the temporary folder.
      `--cacheDirectory=${join(tmpdir(), 'buildog-jest-cache')}`,
    ],
    { cwd: root, env: { ...env, CI: 'true', TMPDIR: temporary } },
  );
  const left = await readdir(temporary);
  await rm(temporary, { recursive: true, force: true });
  const { numPassedTests, testResults }: JestReport = JSON.parse(
    await readFile(report, 'utf8'),
  );
  const failures: string[] = [];
  for (const suite of testResults) {
    const failed = suite.assertionResults.filter(t => t.status === 'failed');
    for (const test of failed) {
      const why = test.failureMessages[0]?.split('\n')[0] ?? '';
      failures.push(`${short(suite.name)} › ${test.fullName}: ${why}`);
    }
    if (suite.status === 'failed' && failed.length === 0) {
      failures.push(`${short(suite.name)}: ${suite.message.slice(0, 300)}`);
    }
    for (const test of suite.assertionResults) {
      if (test.status === 'passed') noteDatabase(tally, test.fullName);
    }
  }
  if (left.length > 0) {
    failures.push(
      `tests left ${left.length} temporary folders behind, for example ${left[0]}`,
    );
  }
  const lines = await lineCoverage(join(coverage, 'coverage-summary.json'));
  process.stderr.write(
    `Line coverage of plugins and packages: ${lines.toFixed(1)} %\n`,
  );
  if (lines < MINIMUM_COVERAGE) {
    failures.push(
      `line coverage is ${lines.toFixed(
        1,
      )} %, at least ${MINIMUM_COVERAGE} % is asked for`,
    );
  }
  return { passed: numPassedTests, failures };
}

function noteDatabase(tally: Tally, fullName: string) {
  if (fullName.includes('POSTGRES_15')) tally.ran('database', 'PostgreSQL');
  if (fullName.includes('SQLITE_3')) tally.ran('database', 'SQLite');
}

async function lineCoverage(file: string): Promise<number> {
  const summary = JSON.parse(await readFile(file, 'utf8'));
  return summary.total.lines.pct;
}

function short(file: string): string {
  return file.startsWith(root) ? file.slice(root.length + 1) : file;
}
