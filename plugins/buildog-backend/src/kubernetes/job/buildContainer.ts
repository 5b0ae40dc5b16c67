import type { V1Container, V1SeccompProfile } from '@kubernetes/client-node';
import type { BuildContainer, PreparedJob } from '@buildog/plugin-buildog-node';
import type { BuildSecurity } from '../KubernetesClusterConfig';
import { escapeExpansion } from './escapeExpansion';
import { volumeNames } from './names';
import { workspacePaths } from './workspacePaths';

/**
 * A scheduler's container. Whoever wrote the Dockerfile owns what happens in
 * it, so it gets source, output and scratch folders and nothing else.
 *
 * @param index - Its place among the scheduler's containers, from 0.
 */
export function buildContainer(
  container: BuildContainer,
  index: number,
  resources: PreparedJob['resources'],
): V1Container {
  const { memoryBytes, ephemeralStorageBytes, cpuRequestMillis } = resources;
  return {
    name: container.name,
    image: container.image,
    ...(container.command && {
      command: container.command.map(escapeExpansion),
    }),
    args: container.args.map(escapeExpansion),
    env: Object.entries(container.env).map(([name, value]) => ({
      name,
      value: escapeExpansion(value),
    })),
    ...(container.workingDir && { workingDir: container.workingDir }),
    securityContext: securityContext(container.security),
    resources: {
      requests: {
        cpu: `${cpuRequestMillis}m`,
        memory: String(memoryBytes),
        'ephemeral-storage': String(ephemeralStorageBytes),
      },
      limits: {
        memory: String(memoryBytes),
        'ephemeral-storage': String(ephemeralStorageBytes),
      },
    },
    volumeMounts: [
      { name: volumeNames.workspace, mountPath: workspacePaths.sourceDir },
      { name: volumeNames.output, mountPath: workspacePaths.outputDir },
      { name: volumeNames.scratch, mountPath: workspacePaths.scratchDir },
      ...(hasFiles(container)
        ? [
            {
              name: volumeNames.files(index),
              mountPath: workspacePaths.filesDir,
              readOnly: true,
            },
          ]
        : []),
      ...container.emptyDirs.map((folder, number) => ({
        name: volumeNames.emptyDir(index, number),
        mountPath: folder.mountPath,
      })),
    ],
  };
}

/** Whether the container has files of its own in the attempt's Secret. */
export function hasFiles(container: BuildContainer): boolean {
  return Object.keys(container.files ?? {}).length > 0;
}

function securityContext(
  security: BuildSecurity,
): V1Container['securityContext'] {
  return {
    ...(security.runAsUser !== undefined && { runAsUser: security.runAsUser }),
    ...(security.runAsGroup !== undefined && {
      runAsGroup: security.runAsGroup,
    }),
    runAsNonRoot: security.runAsNonRoot,
    allowPrivilegeEscalation: security.allowPrivilegeEscalation,
    readOnlyRootFilesystem: security.readOnlyRootFilesystem,
    capabilities: {
      drop: ['ALL'],
      ...(security.addCapabilities.length > 0 && {
        add: security.addCapabilities,
      }),
    },
    ...seccomp(security.seccomp),
  };
}

function seccomp(profile: BuildSecurity['seccomp']): {
  seccompProfile?: V1SeccompProfile;
} {
  if (profile === 'Unset') return {};
  if (profile === 'RuntimeDefault') {
    return { seccompProfile: { type: 'RuntimeDefault' } };
  }
  return {
    seccompProfile: {
      type: 'Localhost',
      localhostProfile: profile.localhostProfile,
    },
  };
}
