import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { podNetwork, serviceNetwork } from '../node/network.ts';
import type { ClusterPaths } from '../paths.ts';
import { programPath } from '../programs/buildPrograms.ts';
import type { DaemonSpec } from '../system/daemon.ts';
import { writeKubeconfig } from './kubeconfig.ts';

/** The port of the API server on the node's address. */
export const apiServerPort = 6443;

/** Writes what etcd, API server, controller manager and scheduler read, and says how they are started. */
export async function controlPlane(
  paths: ClusterPaths,
  nodeAddress: string,
): Promise<DaemonSpec[]> {
  const pki = (file: string) => join(paths.pki, file);
  const server = `https://${nodeAddress}:${apiServerPort}`;
  await mkdir(paths.config, { recursive: true });
  await mkdir(paths.logs, { recursive: true });
  const kubeconfig = async (user: string) => {
    const file = join(paths.config, `${user}.kubeconfig`);
    await writeKubeconfig(file, paths.pki, user, server);
    return file;
  };
  await writeKubeconfig(paths.kubeconfig, paths.pki, 'admin', server);
  const auditPolicy = join(paths.config, 'audit-policy.json');
  await writeFile(auditPolicy, JSON.stringify(policy));
  return [
    {
      name: 'etcd',
      command: [
        programPath('etcd'),
        `--data-dir=${join(paths.run, 'etcd')}`,
        ...[
          '--listen-client-urls=http://127.0.0.1:2379',
          '--advertise-client-urls=http://127.0.0.1:2379',
        ],
        ...[
          '--listen-peer-urls=http://127.0.0.1:2380',
          '--initial-advertise-peer-urls=http://127.0.0.1:2380',
        ],
        '--initial-cluster=default=http://127.0.0.1:2380',
        '--unsafe-no-fsync', // a test cluster's data need not survive the machine
        '--log-level=warn',
      ],
    },
    {
      name: 'kube-apiserver',
      command: [
        programPath('kube-apiserver'),
        ...[
          `--advertise-address=${nodeAddress}`,
          `--bind-address=0.0.0.0`,
          `--secure-port=${apiServerPort}`,
        ],
        ...[
          '--etcd-servers=http://127.0.0.1:2379',
          `--service-cluster-ip-range=${serviceNetwork}`,
        ],
        ...[
          '--authorization-mode=Node,RBAC',
          '--enable-admission-plugins=NodeRestriction',
        ],
        ...[`--client-ca-file=${pki('cluster-ca.crt')}`],
        ...[
          `--tls-cert-file=${pki('apiserver.crt')}`,
          `--tls-private-key-file=${pki('apiserver.key')}`,
        ],
        `--kubelet-client-certificate=${pki('apiserver-kubelet-client.crt')}`,
        `--kubelet-client-key=${pki('apiserver-kubelet-client.key')}`,
        `--kubelet-certificate-authority=${pki('cluster-ca.crt')}`,
        '--kubelet-preferred-address-types=InternalIP',
        ...[
          '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
        ],
        `--service-account-key-file=${pki('service-account.pub')}`,
        `--service-account-signing-key-file=${pki('service-account.key')}`,
        `--requestheader-client-ca-file=${pki('front-proxy-ca.crt')}`,
        '--requestheader-allowed-names=front-proxy-client',
        '--requestheader-extra-headers-prefix=X-Remote-Extra-',
        '--requestheader-group-headers=X-Remote-Group',
        '--requestheader-username-headers=X-Remote-User',
        `--proxy-client-cert-file=${pki('front-proxy-client.crt')}`,
        `--proxy-client-key-file=${pki('front-proxy-client.key')}`,
        ...[
          `--audit-policy-file=${auditPolicy}`,
          `--audit-log-path=${paths.auditLog}`,
        ],
        '--audit-log-maxsize=0', // one file for the life of a cluster: tests count its lines
        '--audit-log-mode=blocking', // a request is in the file before its answer is sent
      ],
    },
    {
      name: 'kube-controller-manager',
      command: [
        programPath('kube-controller-manager'),
        `--kubeconfig=${await kubeconfig('kube-controller-manager')}`,
        ...[
          '--leader-elect=false',
          '--bind-address=127.0.0.1',
          `--cluster-cidr=${podNetwork}`,
        ],
        `--service-account-private-key-file=${pki('service-account.key')}`,
        `--root-ca-file=${pki('cluster-ca.crt')}`,
        '--use-service-account-credentials=true',
        // The defaults (20 and 30 requests a second, 5 workers) make the Job controller fall
        // behind at 20 Jobs a second. Clusters that run many Jobs are set like this.
        ...[
          '--kube-api-qps=200',
          '--kube-api-burst=400',
          '--concurrent-job-syncs=20',
        ],
      ],
    },
    {
      name: 'kube-scheduler',
      command: [
        programPath('kube-scheduler'),
        `--kubeconfig=${await kubeconfig('kube-scheduler')}`,
        ...[
          '--leader-elect=false',
          '--bind-address=127.0.0.1',
          '--kube-api-qps=200',
          '--kube-api-burst=400',
        ],
      ],
    },
  ];
}

/**
 * Every request, when it came and when it was answered, without bodies. Not the
 * leases and node reports, which would be most of the file and tell nothing.
 */
const policy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  rules: [
    {
      level: 'None',
      resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }],
    },
    {
      level: 'None',
      nonResourceURLs: [
        '/healthz*',
        '/livez*',
        '/readyz*',
        '/openapi*',
        '/version',
      ],
    },
    {
      level: 'None',
      userGroups: ['system:nodes'],
      resources: [{ group: '', resources: ['nodes/status'] }],
    },
    { level: 'Metadata' },
  ],
};
