import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterState } from '../../test/cluster/clusterState.ts';
import { demoNames, pipe } from './applyChart.ts';

/**
 * Writes a kubeconfig for the controller's service account, so that the demo
 * and the tests run with exactly the rights of the chart.
 */
export async function controllerKubeconfig(
  cluster: ClusterState,
  folder: string,
): Promise<string> {
  const token = await pipe(join(cluster.tools.binDir, 'kubectl'), [
    `--kubeconfig=${cluster.kubeconfig}`,
    `--namespace=${demoNames.portalNamespace}`,
    'create',
    'token',
    demoNames.controller,
    '--duration=48h',
  ]);
  const authority = await readFile(cluster.caFile);
  const file = join(folder, 'controller.kubeconfig');
  await writeFile(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'controller',
      clusters: [
        {
          name: 'cluster',
          cluster: {
            server: cluster.apiServer,
            'certificate-authority-data': authority.toString('base64'),
          },
        },
      ],
      users: [{ name: 'controller', user: { token: token.trim() } }],
      contexts: [
        {
          name: 'controller',
          context: {
            cluster: 'cluster',
            user: 'controller',
            namespace: demoNames.buildNamespace,
          },
        },
      ],
    }),
    { mode: 0o600 },
  );
  return file;
}
