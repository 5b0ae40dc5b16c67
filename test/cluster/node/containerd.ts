import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterPaths } from '../paths.ts';
import { programPath } from '../programs/buildPrograms.ts';
import type { DaemonSpec } from '../system/daemon.ts';
import { podInterface, podNetwork } from './network.ts';

/** Where containerd listens, inside the cluster's mount namespace. */
export const containerdSocket = '/run/containerd/containerd.sock';

/** How the node reaches one registry. */
export type RegistryAccess = {
  host: string;
  scheme: 'http' | 'https';
  caFile?: string;
};

/** Writes what containerd and its network plugins read, and says how containerd is started. */
export async function containerd(
  paths: ClusterPaths,
  pauseImage: string,
  registries: readonly RegistryAccess[],
): Promise<DaemonSpec> {
  const networks = join(paths.config, 'cni');
  await mkdir(networks, { recursive: true });
  await writeFile(join(networks, '10-bridge.conflist'), JSON.stringify(bridge));
  for (const registry of registries) {
    const folder = join(paths.config, 'certs.d', registry.host);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'hosts.toml'), hostsToml(registry));
  }
  const file = join(paths.config, 'containerd.toml');
  await writeFile(file, configToml(paths, pauseImage));
  return {
    name: 'containerd',
    command: [programPath('containerd'), '--config', file],
    env: { PATH: `${paths.bin}:${process.env.PATH}` }, // finds its shim there
  };
}

function hostsToml({ host, scheme, caFile }: RegistryAccess): string {
  const address = JSON.stringify(`${scheme}://${host}`);
  const ca = caFile ? `\nca = ${JSON.stringify(caFile)}` : '';
  return `server = ${address}\n[host.${address}]\ncapabilities = ["pull", "resolve"]${ca}\n`;
}

function configToml(paths: ClusterPaths, pauseImage: string): string {
  const text = (value: string) => JSON.stringify(value);
  return `version = 3
root = ${text(join(paths.run, 'containerd'))}
state = "/run/containerd"
[grpc]
address = ${text(containerdSocket)}
[plugins.'io.containerd.cri.v1.images']
snapshotter = "overlayfs"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = ${text(pauseImage)}
[plugins.'io.containerd.cri.v1.images'.registry]
config_path = ${text(join(paths.config, 'certs.d'))}
[plugins.'io.containerd.cri.v1.runtime']
# Without CAP_SYS_RESOURCE runc can't lower the score and dies without saying why.
restrict_oom_score_adj = true
disable_apparmor = true
[plugins.'io.containerd.cri.v1.runtime'.containerd]
default_runtime_name = "runc"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
BinaryName = ${text(programPath('runc'))}
SystemdCgroup = false
[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ["/usr/lib/cni"]
conf_dir = ${text(join(paths.config, 'cni'))}
`;
}

const bridge = {
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: podInterface,
      isGateway: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni',
        ranges: [[{ subnet: podNetwork }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
  ],
};
