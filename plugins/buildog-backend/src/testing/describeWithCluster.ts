import { clusterUnderTest } from '@buildog/plugin-buildog-node/testing';
import type { ClusterState } from './clusterState';

/**
 * `describe` for suites that need the test cluster. Without one the suite is
 * shown as skipped, and fails where `BUILDOG_REQUIRE_CLUSTER=1` says that it
 * has to run.
 */
export function describeWithCluster(
  name: string,
  suite: (cluster: ClusterState) => void,
): void {
  const found = clusterUnderTest();
  if ('cluster' in found) {
    const cluster = found.cluster as ClusterState;
    describe.each([cluster.name])(`${name} on cluster %s`, () => {
      suite(cluster);
    });
  } else {
    describe.skip.each([found.absent])(`${name} (%s)`, () => {
      it('needs the test cluster', () => undefined);
    });
  }
}
