import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterIdentity } from './clusterIdentity.ts';
import { apiServerPort, controlPlane } from './control/controlPlane.ts';
import type { EnsuredImages } from './images/ensureImages.ts';
import { type RegistryAccess, containerd } from './node/containerd.ts';
import { kubelet } from './node/kubelet.ts';
import type { ClusterNetwork } from './node/network.ts';
import { networkPolicyDaemon } from './node/networkPolicy.ts';
import type { ClusterPaths } from './paths.ts';
import { gitServers } from './services/git.ts';
import { ports } from './services/ports.ts';
import { registries } from './services/registries.ts';
import type { DaemonSpec } from './system/daemon.ts';

/** What the programs of one cluster are started with. */
export type ClusterParts = {
  paths: ClusterPaths;
  /** Of the node. */
  name: string;
  network: ClusterNetwork;
  identity: ClusterIdentity;
  images: EnsuredImages;
};

/** Writes the configuration of all programs of a cluster, and says how they are started. */
export async function clusterDaemons({
  paths,
  name,
  network,
  identity,
  images,
}: ClusterParts): Promise<DaemonSpec[]> {
  const { nodeAddress } = network;
  await mkdir(paths.config, { recursive: true });
  const server = `https://${nodeAddress}:${apiServerPort}`;
  const policy = await networkPolicyDaemon(paths, name);
  return [
    ...(await controlPlane(paths, nodeAddress)),
    await containerd(
      paths,
      images.images.pause,
      registryAccess(paths, nodeAddress),
    ),
    await kubelet(paths, name, nodeAddress, server),
    ...(await registries(paths, nodeAddress, identity)),
    ...(await gitServers(paths, nodeAddress, identity, images.images.busybox)),
    ...(await forwards(paths, nodeAddress, identity.forwards)),
    ...(policy ? [policy] : []),
  ];
}

function registryAccess(
  paths: ClusterPaths,
  nodeAddress: string,
): RegistryAccess[] {
  const caFile = join(paths.pki, 'services-ca.crt');
  return [
    { host: `${nodeAddress}:${ports.plainRegistry}`, scheme: 'http' },
    { host: `${nodeAddress}:${ports.tlsRegistry}`, scheme: 'https', caFile },
    { host: `${nodeAddress}:${ports.tokenRegistry}`, scheme: 'https', caFile },
  ];
}

async function forwards(
  paths: ClusterPaths,
  nodeAddress: string,
  hostPorts: readonly number[],
): Promise<DaemonSpec[]> {
  const cwd = join(paths.run, 'forwards');
  await mkdir(cwd, { recursive: true, mode: 0o700 });
  const script = join(import.meta.dirname, 'services', 'forward.ts');
  const command = (...args: string[]) => [
    process.execPath,
    '--no-warnings',
    script,
    ...args,
  ];
  return hostPorts.flatMap(port => [
    {
      name: `forward-${port}-inside`,
      command: command('inside', nodeAddress, String(port)),
      cwd,
    },
    {
      name: `forward-${port}-outside`,
      command: command('outside', String(port)),
      cwd,
      onHost: true,
    },
  ]);
}
