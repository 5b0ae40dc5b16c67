import { randomBytes } from 'node:crypto';
import type { ClusterState } from '../../testing/clusterState';
import { openConnection } from '../client/ClusterConnection';
import { KubernetesClient } from '../client/KubernetesClient';

/** A namespace as the Helm chart makes it, for one test file. */
export interface BuildNamespace {
  name: string;
  /** As the cluster's administrator. */
  admin: KubernetesClient;
  remove(): Promise<void>;
}

/** PodSecurity *baseline* is enforced, and the sidecar's account may read logs. */
export async function createBuildNamespace(
  cluster: ClusterState,
): Promise<BuildNamespace> {
  const admin = new KubernetesClient(
    await openConnection({ type: 'kubeconfig', path: cluster.kubeconfig }),
  );
  const name = `buildog-runner-${randomBytes(3).toString('hex')}`;
  await admin.request({
    method: 'POST',
    path: '/api/v1/namespaces',
    body: {
      metadata: {
        name,
        labels: { 'pod-security.kubernetes.io/enforce': 'baseline' },
      },
    },
  });
  await admin.request({
    method: 'POST',
    path: `/api/v1/namespaces/${name}/serviceaccounts`,
    body: { metadata: { name: 'buildog-sidecar' } },
  });
  return {
    name,
    admin,
    async remove() {
      await admin.request({
        method: 'DELETE',
        path: `/api/v1/namespaces/${name}`,
      });
      admin.close();
    },
  };
}
