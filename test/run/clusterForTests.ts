import { buildAll } from '../cluster/build.ts';
import { readClusterState } from '../cluster/clusterState.ts';
import { down } from '../cluster/down.ts';
import { clusterPaths } from '../cluster/paths.ts';
import { up } from '../cluster/up.ts';

/** Port of the gate that builds of the end-to-end tests wait at. */
export const GATE_PORT = 7107;

/** Port of the portals under test; not that of a demo somebody may be running. */
export const PORTAL_PORT = 7117;

/** The cluster that a run of the tests uses. */
export interface TestCluster {
  /** Path of its `cluster.json`. */
  file: string;
  /** Folder of its programs. */
  binDir: string;
  /** For the summary: what really ran. */
  description: string;
  down(): Promise<void>;
}

/**
 * Starts a cluster of this run's own, with whatever has to be compiled first.
 * Nothing of it is left after `down`.
 */
export async function clusterForTests(): Promise<TestCluster> {
  const name = `test-${process.pid}`;
  await buildAll();
  await up(name, [GATE_PORT, PORTAL_PORT]);
  const state = await readClusterState(name);
  const policy = state.networkPolicy.enforced
    ? 'NetworkPolicy enforced'
    : `NetworkPolicy not enforced (${state.networkPolicy.why})`;
  const kaniko = state.kaniko
    ? `kaniko ${state.kaniko.version} ${state.kaniko.digest}`
    : `no kaniko (${state.kanikoAbsent})`;
  return {
    file: clusterPaths(name).clusterJson,
    binDir: state.tools.binDir,
    description: `test/cluster ${name}, ${policy}, ${kaniko}`,
    down: () => down(name, { forget: true }), // nobody uses its name again
  };
}
