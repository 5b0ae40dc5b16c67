import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareDemo } from '../../scripts/demo/prepareDemo.ts';
import { buildApp } from '../../scripts/demo/buildApp.ts';
import { readClusterState } from '../cluster/clusterState.ts';
import { ensureDebianPackages } from '../cluster/programs/debianPackages.ts';
import { GATE_PORT, PORTAL_PORT } from './clusterForTests.ts';
import { runProgram } from './runProgram.ts';
import type { Tally } from './Tally.ts';
import { resultsDir, root, yarn } from './workspace.ts';

interface PlaywrightSuite {
  title: string;
  suites?: PlaywrightSuite[];
  specs?: {
    title: string;
    ok: boolean;
    tests: { results: { error?: { message?: string } }[] }[];
  }[];
}

/**
 * The specs in a browser and on the cluster. A builder counts as run when a
 * spec took it from the Build button to a verified image.
 */
export async function endToEnd(tally: Tally, env: NodeJS.ProcessEnv) {
  await ensureDebianPackages(
    ['chromium', 'fonts-roboto-unhinted'],
    'the tests in a browser',
  );
  const name = JSON.parse(
    await readFile(env.BUILDOG_TEST_CLUSTER ?? '', 'utf8'),
  ).name;
  const cluster = await readClusterState(name);
  await Promise.all([buildApp('app'), buildApp('app-legacy')]);
  const prepared = await prepareDemo(cluster, { withFixtures: true });
  const demo = join(resultsDir, 'demo.json');
  await writeFile(
    demo,
    JSON.stringify({
      cluster,
      gatePort: GATE_PORT,
      portalPort: PORTAL_PORT,
      ...prepared,
    }),
    { mode: 0o600 },
  );
  const evidence = join(resultsDir, 'evidence.jsonl');
  await rm(evidence, { force: true });
  await writeFile(evidence, '');

  const report = join(resultsDir, 'playwright.json');
  await rm(report, { force: true });
  const { code } = await runProgram(
    yarn[0],
    [
      yarn[1],
      'run',
      'playwright',
      'test',
      '--config',
      'test/e2e/playwright.config.ts',
    ],
    {
      cwd: root,
      env: {
        ...env,
        BUILDOG_TEST_DEMO: demo,
        BUILDOG_TEST_EVIDENCE: evidence,
      },
    },
  );
  for (const line of (await readFile(evidence, 'utf8')).split('\n')) {
    if (line) tally.ran('builder', JSON.parse(line).detail);
  }
  const { suites }: { suites: PlaywrightSuite[] } = JSON.parse(
    await readFile(report, 'utf8'),
  );
  const specs = suites.flatMap(suite => flatten(suite, []));
  const failures = specs
    .filter(spec => !spec.ok)
    .map(spec => `${spec.title}: ${spec.error}`);
  if (code !== 0 && failures.length === 0) {
    failures.push(`playwright ended with code ${code}`);
  }
  if (specs.length === 0) failures.push('no end-to-end spec ran');
  return { passed: specs.filter(spec => spec.ok).length, failures };
}

function flatten(
  suite: PlaywrightSuite,
  above: string[],
): { title: string; ok: boolean; error: string }[] {
  const path = [...above, suite.title];
  return [
    ...(suite.specs ?? []).map(spec => ({
      title: [...path, spec.title].join(' › '),
      ok: spec.ok,
      error:
        spec.tests
          .flatMap(test => test.results)
          .map(result => result.error?.message)
          .find(Boolean)
          ?.split('\n')[0] ?? '',
    })),
    ...(suite.suites ?? []).flatMap(inner => flatten(inner, path)),
  ];
}
