import { clusterRegistries } from './testing/clusterRegistries';
import { describeRegistry } from './testing/describeRegistry';

/*
 * Runs against real registries: those of the test cluster whose `cluster.json`
 * BUILDOG_TEST_CLUSTER names. With BUILDOG_REQUIRE_CLUSTER=1, as in the
 * project's own test run, a missing cluster is a failure.
 */
const cluster = clusterRegistries();

if ('absent' in cluster) {
  it('needs real registries', () => {
    process.stdout.write(
      `packages/oci: nothing was tested against a real registry; ${cluster.absent}\n`,
    );
    expect(process.env.BUILDOG_REQUIRE_CLUSTER).not.toBe('1');
  });
} else {
  for (const registry of cluster.registries) describeRegistry(registry);
}
