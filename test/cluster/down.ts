import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClusterIdentity, readIdentity } from './clusterIdentity.ts';
import { destroyCgroups } from './node/cgroups.ts';
import { destroyNamespaces } from './node/namespaces.ts';
import { destroyNetwork } from './node/network.ts';
import { type ClusterPaths, clusterPaths } from './paths.ts';
import { stopDaemon } from './system/daemon.ts';
import { withFileLock } from './system/fileLock.ts';
import { progress } from './system/progress.ts';

/**
 * Stops a cluster and removes everything of it but its identity (addresses,
 * passwords, certificates) and the logs of its programs. Does nothing when it is
 * down.
 */
export async function down(name: string): Promise<void> {
  const paths = clusterPaths(name);
  const start = Date.now();
  await withFileLock(paths.lock, async () => {
    await takeDown(paths, await readIdentity(paths));
    progress(
      `cluster "${name}" is down after ${((Date.now() - start) / 1000).toFixed(
        1,
      )} s`,
    );
  });
}

/** Removes all that runs of a cluster, however much of it there is. The caller holds the cluster's lock. */
export async function takeDown(
  paths: ClusterPaths,
  identity: ClusterIdentity | undefined,
): Promise<void> {
  await rm(paths.clusterJson, { force: true });
  await destroyNamespaces(paths);
  for (const file of await readdir(join(paths.run, 'daemons')).catch(
    () => [],
  )) {
    await stopDaemon(paths, file.replace(/\.json$/, '')); // those on this machine's side of a relay
  }
  await destroyCgroups(paths.id);
  if (identity?.network) await destroyNetwork(identity.network);
  await rm(paths.run, { recursive: true, force: true });
}
