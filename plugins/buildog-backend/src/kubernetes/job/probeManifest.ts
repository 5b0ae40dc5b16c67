import type { V1Job } from '@kubernetes/client-node';
import type { ResolvedClusterConfig } from '../KubernetesClusterConfig';

/**
 * A Job that does nothing in a user namespace, with a volume as builds have
 * them: ID-mapped mounts are what some nodes lack.
 */
export function probeManifest(
  name: string,
  config: ResolvedClusterConfig,
  labels: Record<string, string>,
): V1Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: config.namespace, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: 60,
      ttlSecondsAfterFinished: 60,
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          hostUsers: false,
          serviceAccountName: config.serviceAccountName,
          securityContext: { fsGroup: config.agentUser },
          nodeSelector: {
            ...config.nodeSelector,
            'kubernetes.io/os': 'linux',
          },
          tolerations: config.tolerations,
          runtimeClassName: config.runtimeClassName,
          priorityClassName: config.priorityClassName,
          imagePullSecrets: config.imagePullSecrets?.map(secret => ({
            name: secret,
          })),
          containers: [
            {
              name: 'probe',
              image: config.agentImage,
              // Whatever the agent answers: that it ran is the answer.
              args: ['version'],
              securityContext: {
                runAsNonRoot: true,
                runAsUser: config.agentUser,
                runAsGroup: config.agentUser,
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
                seccompProfile: { type: 'RuntimeDefault' },
              },
              resources: {
                requests: { cpu: '10m', memory: '32Mi' },
                limits: { memory: '128Mi', 'ephemeral-storage': '16Mi' },
              },
              volumeMounts: [{ name: 'empty', mountPath: '/tmp' }],
            },
          ],
          volumes: [{ name: 'empty', emptyDir: { sizeLimit: '16Mi' } }],
        },
      },
    },
  };
}
