/* eslint-disable jest/no-export, jest/valid-title, jest/valid-describe-callback, jest/no-disabled-tests, jest/expect-expect -- a describe for the suites of other files */
import { readFileSync } from 'node:fs';
import type { TestCluster } from './clusterUnderTest';

/**
 * `describe` for what needs the cluster of `BUILDOG_TEST_CLUSTER`. Without
 * one the suite says so and is skipped, which `BUILDOG_REQUIRE_CLUSTER=1`
 * makes an error.
 */
export function describeWithCluster(
  name: string,
  suite: (cluster: TestCluster) => void,
): void {
  const file = process.env.BUILDOG_TEST_CLUSTER;
  if (file) {
    const cluster: TestCluster = JSON.parse(readFileSync(file, 'utf8'));
    describe(name, () => suite(cluster));
    return;
  }
  const absent =
    'BUILDOG_TEST_CLUSTER is not set: start the test cluster (yarn cluster up) and give the path of its cluster.json';
  if (process.env.BUILDOG_REQUIRE_CLUSTER === '1') throw new Error(absent);
  describe.skip(`${name} (${absent})`, () => {
    it('needs the test cluster', () => undefined);
  });
}
