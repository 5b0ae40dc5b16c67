import { existsSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ClusterIdentity,
  loadIdentity,
  saveIdentity,
} from './clusterIdentity.ts';
import type { ClusterState } from './clusterState.ts';
import { clusterDaemons } from './clusterDaemons.ts';
import { apiServerPort } from './control/controlPlane.ts';
import { ensureCertificates } from './control/certificates.ts';
import { describeCluster } from './describeCluster.ts';
import { takeDown } from './down.ts';
import { ensureImages } from './images/ensureImages.ts';
import { ensureAllowed } from './node/ensureAllowed.ts';
import { createCgroups } from './node/cgroups.ts';
import { createNamespaces, findAnchor } from './node/namespaces.ts';
import { type ClusterNetwork, createNetwork } from './node/network.ts';
import { type ClusterPaths, clusterPaths } from './paths.ts';
import { programNames, programPath } from './programs/buildPrograms.ts';
import { ensureNeeded } from './build.ts';
import { startDaemon } from './system/daemon.ts';
import { withFileLock } from './system/fileLock.ts';
import { progress } from './system/progress.ts';
import { waitForPrerequisite, waitUntilReady } from './waitUntilReady.ts';

/**
 * Brings a cluster up and answers with its state. A cluster that is up stays as
 * it is, programs of it that have ended are started again, and what is left of
 * one that died (this machine was restarted, a set-up was interrupted) is removed
 * first.
 */
export async function up(
  name: string,
  forwards: readonly number[] = [],
): Promise<ClusterState> {
  const paths = clusterPaths(name);
  const start = Date.now();
  await ensureNeeded();
  return withFileLock(
    paths.lock,
    async () => {
      const identity = await loadIdentity(paths, forwards);
      const running =
        existsSync(paths.clusterJson) && (await findAnchor(paths));
      if (!running) await prepare(paths, name, identity);
      const state = await startEverything(paths, name, identity);
      progress(
        `cluster "${name}" is up at ${state.nodeAddress} after ${(
          (Date.now() - start) /
          1000
        ).toFixed(1)} s`,
      );
      return state;
    },
    () =>
      progress(
        `waiting for another process that is at work on cluster "${name}"`,
      ),
  );
}

async function prepare(
  paths: ClusterPaths,
  name: string,
  identity: ClusterIdentity,
): Promise<void> {
  await ensureAllowed();
  await takeDown(paths);
  await rm(paths.logs, { recursive: true, force: true });
  await mkdir(paths.run, { recursive: true });
  identity.network = await createNetwork(paths.id, identity.network);
  await saveIdentity(paths, identity);
  await Promise.all([
    ensureCertificates(paths.pki, nodeName(name), identity.network.nodeAddress),
    createCgroups(paths.id),
    linkPrograms(paths),
  ]);
  await createNamespaces(paths, identity.network.netns);
}

async function startEverything(
  paths: ClusterPaths,
  name: string,
  identity: ClusterIdentity,
): Promise<ClusterState> {
  const network = identity.network as ClusterNetwork;
  const anchor = await findAnchor(paths);
  if (!anchor)
    throw new Error(
      `the namespace of cluster "${name}" has ended while it was set up`,
    );
  const images = await ensureImages(paths, network.nodeAddress);
  const daemons = await clusterDaemons({
    paths,
    name: nodeName(name),
    network,
    identity,
    images,
  });
  const server = `https://${network.nodeAddress}:${apiServerPort}`;
  const [dependent, independent] = [
    daemons.filter(({ after }) => after),
    daemons.filter(({ after }) => !after),
  ];
  await Promise.all(
    independent.map(daemon => startDaemon(paths, anchor, daemon)),
  );
  for (const daemon of dependent) {
    if (daemon.after)
      await waitForPrerequisite(paths, anchor, server, daemon.after);
    await startDaemon(paths, anchor, daemon);
  }
  await waitUntilReady(paths, server, nodeName(name), network.nodeAddress);
  const state = await describeCluster({
    paths,
    name,
    nodeName: nodeName(name),
    network,
    identity,
    images,
  });
  await writeFile(
    paths.clusterJson,
    `${JSON.stringify(state, undefined, 2)}\n`,
    { mode: 0o600 },
  );
  return state;
}

/** The name of a cluster's only node. */
export const nodeName = (name: string) => `buildog-${name}`;

/** One folder with all the programs, for PATH. Those that `up` does without may still be compiled. */
async function linkPrograms(paths: ClusterPaths): Promise<void> {
  await rm(paths.bin, { recursive: true, force: true });
  await mkdir(paths.bin, { recursive: true });
  for (const program of programNames())
    await symlink(programPath(program), join(paths.bin, program));
}
