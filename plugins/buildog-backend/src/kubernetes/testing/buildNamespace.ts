import { randomBytes } from 'node:crypto';
import type { ClusterState } from '../../testing/clusterState';
import { openConnection } from '../client/ClusterConnection';
import { KubernetesClient } from '../client/KubernetesClient';
import type { ClusterAccessConfig } from '../KubernetesClusterConfig';

/** A namespace as the Helm chart makes it, for one test file. */
export interface BuildNamespace {
  name: string;
  /** As the cluster's administrator. */
  admin: KubernetesClient;
  /** As the controller: the Helm chart's role and nothing else. */
  controller: ClusterAccessConfig;
  remove(): Promise<void>;
}

const CONTROLLER = 'buildog-controller';

/** The rules of `deploy/helm/buildog/templates/rbac.yaml`. */
const CONTROLLER_RULES = [
  {
    apiGroups: ['batch'],
    resources: ['jobs'],
    verbs: ['create', 'get', 'list', 'watch', 'delete'],
  },
  {
    apiGroups: [''],
    resources: ['pods'],
    verbs: ['get', 'list', 'watch', 'delete'],
  },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'delete'] },
];

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
  const create = <T>(group: string, kind: string, body: object) =>
    admin.request<T>({
      method: 'POST',
      path: `${group}/namespaces/${name}/${kind}`,
      body,
    });
  for (const account of ['buildog-sidecar', CONTROLLER]) {
    const metadata = { name: account };
    await create('/api/v1', 'serviceaccounts', { metadata });
  }
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const metadata = { name: CONTROLLER };
  await create(rbac, 'roles', { metadata, rules: CONTROLLER_RULES });
  await create(rbac, 'rolebindings', {
    metadata,
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'Role',
      name: CONTROLLER,
    },
    subjects: [{ kind: 'ServiceAccount', name: CONTROLLER, namespace: name }],
  });
  const { status } = await create<{ status: { token: string } }>(
    '/api/v1',
    `serviceaccounts/${CONTROLLER}/token`,
    { spec: { expirationSeconds: 3600 } },
  );
  return {
    name,
    admin,
    controller: {
      type: 'token',
      url: cluster.apiServer,
      ca: { file: cluster.caFile },
      token: status.token,
    },
    async remove() {
      await admin.request({
        method: 'DELETE',
        path: `/api/v1/namespaces/${name}`,
      });
      admin.close();
    },
  };
}
