import type { V1Node } from '@kubernetes/client-node';
import { formatPlatform } from '@buildog/plugin-buildog-common';
import type { KubernetesClient } from './client/KubernetesClient';

/**
 * Platforms (`os/arch`) that at least one node can take now: it is Ready, not
 * cordoned, and matches the cluster's node selector. Needs the optional
 * ClusterRole to list nodes. A CPU variant is not told by nodes, so a platform
 * is there when its architecture is.
 *
 * @throws ApiError.
 */
export async function availablePlatforms(
  client: KubernetesClient,
  nodeSelector: Record<string, string>,
  signal: AbortSignal,
): Promise<Set<string>> {
  const { items } = await client.request<{ items: V1Node[] }>({
    path: '/api/v1/nodes',
    query: {
      labelSelector: Object.entries(nodeSelector)
        .map(([name, value]) => `${name}=${value}`)
        .join(','),
    },
    signal,
  });
  return platformsOfNodes(items);
}

/** The pure part of {@link availablePlatforms}. */
export function platformsOfNodes(nodes: V1Node[]): Set<string> {
  return new Set(
    nodes.filter(isUsable).flatMap(({ metadata }) => {
      const os = metadata?.labels?.['kubernetes.io/os'];
      const architecture = metadata?.labels?.['kubernetes.io/arch'];
      return os && architecture ? formatPlatform({ os, architecture }) : [];
    }),
  );
}

function isUsable({ spec, status }: V1Node): boolean {
  if (spec?.unschedulable) return false;
  return (
    status?.conditions?.some(
      condition => condition.type === 'Ready' && condition.status === 'True',
    ) ?? false
  );
}
