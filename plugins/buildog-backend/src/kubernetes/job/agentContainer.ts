import type { V1Container, V1VolumeMount } from '@kubernetes/client-node';
import { agentEnvironment, agentPaths } from '@buildog/agent';
import type { AgentStep } from '@buildog/plugin-buildog-node';
import type { ResolvedClusterConfig } from '../KubernetesClusterConfig';
import { escapeExpansion } from './escapeExpansion';
import { volumeNames, type AgentContainerName } from './names';
import { CREDENTIALS_DIRECTORY, workspacePaths } from './workspacePaths';

const ownMounts: Record<AgentContainerName, V1VolumeMount[]> = {
  init: [{ name: volumeNames.workspace, mountPath: workspacePaths.sourceDir }],
  publish: [
    {
      name: volumeNames.output,
      mountPath: workspacePaths.outputDir,
      readOnly: true,
    },
  ],
  sidecar: [
    { name: volumeNames.spool, mountPath: agentPaths.spool },
    {
      name: volumeNames.token,
      mountPath: agentPaths.serviceAccount,
      readOnly: true,
    },
  ],
};

/**
 * One of our own containers: non-root, no capability, read-only root file
 * system, no credential in its environment. It sees its own input and
 * credentials and no other container's.
 *
 * @param user - Differs for a `publish` whose layout only its owner may read
 *   (`PreparedBuild.output.ownerUid`); even root has no capability then.
 */
export function agentContainer(
  program: AgentContainerName,
  step: AgentStep,
  config: ResolvedClusterConfig,
  user = config.agentUser,
): V1Container {
  const limits = config.agentResources[program];
  return {
    name: program,
    image: config.agentImage,
    args: [program],
    env: environment(program, config),
    // A native sidecar is an init container that may restart (KEP-753).
    ...(program === 'sidecar' && { restartPolicy: 'Always' }),
    securityContext: {
      runAsNonRoot: user !== 0,
      runAsUser: user,
      runAsGroup: user,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    resources: {
      requests: {
        cpu: '20m',
        memory: String(Math.ceil(limits.memoryBytes / 4)),
        'ephemeral-storage': String(
          Math.ceil(limits.ephemeralStorageBytes / 4),
        ),
      },
      limits: {
        memory: String(limits.memoryBytes),
        'ephemeral-storage': String(limits.ephemeralStorageBytes),
      },
    },
    terminationMessagePath: agentPaths.result,
    terminationMessagePolicy: 'File',
    volumeMounts: [
      {
        name: volumeNames.input(program),
        mountPath: agentPaths.inputDirectory,
        readOnly: true,
      },
      ...(Object.keys(step.credentials).length > 0
        ? [
            {
              name: volumeNames.credentials(program),
              mountPath: CREDENTIALS_DIRECTORY,
              readOnly: true,
            },
          ]
        : []),
      // Its own: another program's temporary files may hold its credential.
      { name: volumeNames.temporary(program), mountPath: '/tmp' },
      ...ownMounts[program],
    ],
  };
}

function environment(
  program: AgentContainerName,
  config: ResolvedClusterConfig,
): V1Container['env'] {
  if (program !== 'sidecar') return [];
  const api = config.sidecarApiServer;
  return [
    {
      name: agentEnvironment.podName,
      valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
    },
    {
      name: agentEnvironment.podNamespace,
      valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } },
    },
    ...(api
      ? [
          {
            name: 'KUBERNETES_SERVICE_HOST',
            value: escapeExpansion(api.host),
          },
          { name: 'KUBERNETES_SERVICE_PORT', value: String(api.port) },
        ]
      : []),
  ];
}
