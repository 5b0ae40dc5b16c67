import { readFileSync } from 'node:fs';

/**
 * The part of a test cluster's `cluster.json` that suites in this package
 * read. Any cluster can be described so.
 * @public
 */
export interface ClusterUnderTest {
  kubeconfig: string;
  registries: {
    plain: { host: string };
    tls: { host: string; caFile: string };
  };
  images: { busybox: string; buildah: string; kaniko?: string };
  kaniko?: { version: string; digest: string; source: string };
  kanikoAbsent?: string;
  tools: { binDir: string };
}

/**
 * Reads the file that `BUILDOG_TEST_CLUSTER` names; `absent` says why there
 * is none. Throws instead where `BUILDOG_REQUIRE_CLUSTER=1` says that there
 * must be one, so that nothing is skipped unseen.
 * @public
 */
export function clusterUnderTest(
  env: NodeJS.ProcessEnv = process.env,
): { cluster: ClusterUnderTest } | { absent: string } {
  const file = env.BUILDOG_TEST_CLUSTER;
  if (file) return { cluster: JSON.parse(readFileSync(file, 'utf8')) };
  const absent =
    'BUILDOG_TEST_CLUSTER is not set: start the test cluster (yarn cluster up) and give the path of its cluster.json';
  if (env.BUILDOG_REQUIRE_CLUSTER === '1') throw new Error(absent);
  return { absent };
}
