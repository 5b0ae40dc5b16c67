import { rm } from 'node:fs/promises';
import { destroyCgroups } from './node/cgroups.ts';
import { destroyNamespaces } from './node/namespaces.ts';
import { destroyNetwork } from './node/network.ts';
import { type ClusterPaths, clusterPaths } from './paths.ts';
import { startedDaemons, stopDaemon } from './system/daemon.ts';
import { withFileLock } from './system/fileLock.ts';
import { progress } from './system/progress.ts';

/**
 * Stops a cluster and removes everything of it but its identity (addresses,
 * passwords, certificates) and the logs of its programs. Does nothing when it is
 * down.
 *
 * @param forget - remove those as well: for clusters whose name is used once only
 */
export async function down(
  name: string,
  { forget = false }: { forget?: boolean } = {},
): Promise<void> {
  const paths = clusterPaths(name);
  const start = Date.now();
  await withFileLock(paths.lock, async () => {
    await takeDown(paths);
    if (forget) await rm(paths.root, { recursive: true, force: true });
    progress(
      `cluster "${name}" is down after ${((Date.now() - start) / 1000).toFixed(
        1,
      )} s`,
    );
  });
}

/** Removes all that runs of a cluster, however much of it there is. The caller holds the cluster's lock. */
export async function takeDown(paths: ClusterPaths): Promise<void> {
  await rm(paths.clusterJson, { force: true });
  await destroyNamespaces(paths);
  for (const daemon of await startedDaemons(paths)) {
    await stopDaemon(paths, daemon); // those on this machine's side of a relay
  }
  await destroyCgroups(paths.id);
  await destroyNetwork(paths.id);
  await rm(paths.run, { recursive: true, force: true });
  await rm(paths.records, { recursive: true, force: true });
}
