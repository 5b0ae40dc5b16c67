import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ClusterState } from '../../cluster/clusterState.ts';
import type { Kubectl } from './kubectl.ts';

const probe = resolve(
  import.meta.dirname,
  '../../fixtures/repositories/probe/probe.mjs',
);

/**
 * Runs the probe in an ordinary one-container pod that holds a push
 * credential, to show that the probe finds what is there to be found.
 *
 * @returns its log. Pod, Secret and ConfigMap are gone afterwards.
 */
export async function runProbePod(
  kubectl: Kubectl,
  cluster: ClusterState,
): Promise<string> {
  const name = `ordinary-${process.pid}`;
  const { host, username, password } = cluster.registries.plain;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name },
      stringData: {
        'config.json': JSON.stringify({ auths: { [host]: { auth } } }),
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: { 'probe.mjs': await readFile(probe, 'utf8') },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        restartPolicy: 'Never',
        containers: [
          {
            name: 'build',
            image: cluster.images.node,
            command: ['node', '/probe/probe.mjs', host, cluster.apiServer],
            volumeMounts: [
              { name: 'docker', mountPath: '/kaniko/.docker' },
              { name: 'probe', mountPath: '/probe' },
            ],
          },
        ],
        volumes: [
          { name: 'docker', secret: { secretName: name } },
          { name: 'probe', configMap: { name } },
        ],
      },
    },
  ];
  const inDefault = ['--namespace', 'default'];
  try {
    for (const object of objects) {
      await kubectl.apply(object, 'default');
    }
    await kubectl.run(
      ...inDefault,
      'wait',
      `pod/${name}`,
      '--for=jsonpath={.status.phase}=Succeeded',
      '--timeout=120s',
    );
    return await kubectl.run(...inDefault, 'logs', name);
  } finally {
    await kubectl.run(
      ...inDefault,
      'delete',
      `pod/${name}`,
      `secret/${name}`,
      `configmap/${name}`,
      '--ignore-not-found',
      '--grace-period=0',
      '--force',
    );
  }
}
