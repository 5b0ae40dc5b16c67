import { up } from './up.ts';
import { findDaemon } from './system/daemon.ts';
import { clusterPaths } from './paths.ts';

/** Starts a program of a running cluster that was stopped, and waits until the cluster is ready again. */
export async function restart(name: string, program: string): Promise<void> {
  await up(name);
  if (!(await findDaemon(clusterPaths(name), program)))
    throw new Error(`cluster "${name}" has no program ${program}`);
}
