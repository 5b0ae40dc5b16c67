import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeKubeconfig } from '../control/kubeconfig.ts';
import type { ClusterPaths } from '../paths.ts';
import { programPath } from '../programs/buildPrograms.ts';
import type { DaemonSpec } from '../system/daemon.ts';
import { clusterCgroup } from './cgroups.ts';
import { containerdSocket } from './containerd.ts';
import { nameServiceAddress } from './network.ts';

/** Writes what the kubelet reads, and says how it is started. */
export async function kubelet(
  paths: ClusterPaths,
  nodeName: string,
  nodeAddress: string,
  server: string,
): Promise<DaemonSpec> {
  await mkdir(paths.config, { recursive: true });
  const kubeconfig = join(paths.config, 'kubelet.kubeconfig');
  await writeKubeconfig(kubeconfig, paths.pki, 'kubelet', server);
  const resolvConf = join(paths.config, 'resolv.conf');
  await writeFile(
    resolvConf,
    '# no name server: the cluster has addresses only\n',
  );
  const file = join(paths.config, 'kubelet.json');
  await writeFile(file, JSON.stringify(configuration(paths, resolvConf)));
  return {
    name: 'kubelet',
    after: 'containerd',
    command: [
      programPath('kubelet'),
      ...[`--config=${file}`, `--kubeconfig=${kubeconfig}`],
      ...[`--hostname-override=${nodeName}`, `--node-ip=${nodeAddress}`],
    ],
    env: { PATH: `${paths.bin}:${process.env.PATH}` },
  };
}

function configuration(paths: ClusterPaths, resolvConf: string): object {
  const pki = (name: string) => join(paths.pki, name);
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: clusterCgroup(paths.id),
    failCgroupV1: false,
    failSwapOn: false,
    oomScoreAdj: 0,
    podLogsDir: join(paths.run, 'pod-logs'),
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki('cluster-ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pki('kubelet-server.crt'),
    tlsPrivateKeyFile: pki('kubelet-server.key'),
    resolvConf,
    clusterDomain: 'cluster.local',
    clusterDNS: [nameServiceAddress], // without one each pod gets a warning event
    healthzBindAddress: '127.0.0.1',
    serializeImagePulls: false,
    maxPods: 250,
    kubeAPIQPS: 100,
    kubeAPIBurst: 200,
    // In bytes: a share of the disk would make a full developer's machine evict all pods.
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '500Mi',
      'imagefs.available': '500Mi',
    },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    nodeStatusUpdateFrequency: '5s',
    registerNode: true,
  };
}
