import { join } from 'node:path';
import { ensureDebianPackages } from '../cluster/programs/debianPackages.ts';
import { clusterForTests } from './clusterForTests.ts';
import { endToEnd } from './endToEnd.ts';
import { jestSuites } from './jestSuites.ts';
import { nodeSuites } from './nodeSuites.ts';
import { startPostgres } from './postgres.ts';
import { staticChecks } from './staticChecks.ts';
import { Tally } from './Tally.ts';
import { root } from './workspace.ts';

/**
 * `npm test`: every test of the repository, in the order in which a failure
 * is cheapest to learn.
 *
 * `--unit` leaves out what needs a cluster, for a quick look while working;
 * such a run says so and never counts as a full one.
 */
async function main(args: string[]): Promise<number> {
  const unitOnly = args.includes('--unit');
  const tally = new Tally();

  await tally.stage('static checks', staticChecks);
  await tally.stage('architecture', () =>
    nodeSuites('architecture', ['test/architecture.test.ts'], process.env),
  );

  await ensureDebianPackages(
    ['git', 'openssh-server', 'openssh-client'],
    'the tests of git over ssh',
  );
  await ensureDebianPackages(
    ['attr', 'buildah', 'gcc', 'libc6-dev', 'skopeo', 'uidmap', 'zstd'],
    'the tests of our own builder',
  );
  const postgres = await startPostgres();
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING:
      postgres.connectionString,
    BACKSTAGE_TEST_DISABLE_DOCKER: '1',
    BUILDOG_REQUIRE_POSTGRES: '1',
    BUILDOG_REQUIRE_SSHD: '1',
    BUILDOG_REQUIRE_SANDBOX: '1',
  };
  try {
    if (unitOnly) {
      await tally.stage('plugins and packages', () => jestSuites(tally, env));
    } else {
      await withCluster(tally, env);
    }
  } finally {
    await postgres.stop();
  }

  if (!tally.whatRan('database').includes('PostgreSQL')) {
    await tally.stage('databases', async () => ({
      passed: 0,
      failures: ['no test ran on PostgreSQL'],
    }));
  }
  if (!unitOnly && tally.whatRan('builder').length === 0) {
    await tally.stage('builders', async () => ({
      passed: 0,
      failures: ['no builder ran the full end to end'],
    }));
  }
  process.stdout.write(tally.summary());
  return tally.failed === 0 ? 0 : 1;
}

async function withCluster(tally: Tally, env: NodeJS.ProcessEnv) {
  const cluster = await clusterForTests();
  try {
    const withIt = {
      ...env,
      PATH: `${cluster.binDir}:${env.PATH}`,
      BUILDOG_TEST_CLUSTER: cluster.file,
      BUILDOG_REQUIRE_CLUSTER: '1',
    };
    tally.ran('cluster', cluster.description);
    await tally.stage('plugins and packages', () => jestSuites(tally, withIt));
    await tally.stage('deployment', () =>
      nodeSuites(
        'deployment',
        ['chart', 'rights', 'network'].map(name =>
          join(root, 'test', 'contract', `${name}.test.ts`),
        ),
        withIt,
      ),
    );
    await tally.stage('end to end', () => endToEnd(tally, withIt));
    await tally.stage('test cluster', () =>
      nodeSuites(
        'cluster',
        [join(root, 'test', 'cluster', '**', '*.test.ts')],
        withIt,
      ),
    );
  } finally {
    await cluster.down();
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`\nbuildog: ${error.message}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  return 1;
});
