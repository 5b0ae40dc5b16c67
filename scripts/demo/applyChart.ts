import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { ClusterState } from '../../test/cluster/clusterState.ts';

const chart = resolve(import.meta.dirname, '../../deploy/helm/buildog');

/** Names that the demo gives to what the chart makes. */
export const demoNames = {
  portalNamespace: 'buildog-portal',
  buildNamespace: 'buildog-builds',
  controller: 'buildog-controller',
} as const;

/**
 * Installs the chart as an administrator would, with the test cluster's
 * addresses allowed for egress. Doing it again changes nothing.
 *
 * @param options - `quota`: whether builds have a ResourceQuota; default true
 */
export async function applyChart(
  cluster: ClusterState,
  options: { quota?: boolean } = {},
): Promise<void> {
  const bin = (name: string) => join(cluster.tools.binDir, name);
  const kubectl = [`--kubeconfig=${cluster.kubeconfig}`];
  const cidr = `${cluster.nodeAddress}/32`;
  const onNode = (...ports: string[]) => [
    {
      to: [{ ipBlock: { cidr } }],
      ports: ports.map(text => ({ protocol: 'TCP', port: Number(text) })),
    },
  ];
  const values = {
    build: {
      namespace: { name: demoNames.buildNamespace },
      quota: { enabled: options.quota ?? true },
    },
    controller: { serviceAccount: { name: demoNames.controller } },
    networkPolicy: {
      registries: onNode(
        ...Object.values(cluster.registries).map(
          registry => registry.host.split(':')[1],
        ),
        new URL(cluster.registries.token.realm).port,
      ),
      git: onNode(
        ...[cluster.git.httpUrl, cluster.git.httpsUrl].map(
          url => new URL(url).port,
        ),
      ),
      apiServer: onNode(new URL(cluster.apiServer).port),
      ingest: onNode(
        ...cluster.forwards.map(forward => new URL(forward.nodeUrl).port),
      ),
      // The gate that builds of the end-to-end tests wait at.
      extraEgress: onNode(
        ...cluster.forwards.map(forward => new URL(forward.nodeUrl).port),
      ),
    },
  };
  const manifests = await pipe(
    bin('helm'),
    [
      'template',
      'buildog',
      chart,
      `--namespace=${demoNames.portalNamespace}`,
      '--values=-',
    ],
    JSON.stringify(values),
  );
  const namespace = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: demoNames.portalNamespace },
  });
  await pipe(bin('kubectl'), [...kubectl, 'apply', '--filename=-'], namespace);
  await pipe(bin('kubectl'), [...kubectl, 'apply', '--filename=-'], manifests);
}

/** Runs a program with `input` on its standard input. */
export function pipe(
  command: string,
  args: string[],
  input = '',
): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(command, args);
    let output = '';
    let errors = '';
    child.stdout.on('data', chunk => (output += chunk));
    child.stderr.on('data', chunk => (errors += chunk));
    child.on('error', failed);
    child.on('close', code =>
      code === 0
        ? done(output)
        : failed(
            new Error(`${command} ${args[0]} ended with ${code}: ${errors}`),
          ),
    );
    child.stdin.on('error', () => undefined); // it may end before it has read all
    child.stdin.end(input);
  });
}
