import type { V1PodSpec } from '@kubernetes/client-node';
import type { PreparedJob } from '@buildog/plugin-buildog-node';
import type { ResolvedClusterConfig } from '../KubernetesClusterConfig';
import { agentContainer } from './agentContainer';
import { buildContainer } from './buildContainer';
import { volumes } from './volumes';

/** Between SIGTERM and SIGKILL: enough for the sidecar to flush. */
export const TERMINATION_GRACE_SECONDS = 30;

/** What the runner decided about one pod. */
export interface PodDecisions {
  /** Run in a user namespace (`hostUsers: false`). */
  userNamespace: boolean;
}

/**
 * The pod of an attempt: sidecar (native), init, the scheduler's containers,
 * publish. They run one after the other, so the push credential appears only
 * when no code of the user runs any more.
 */
export function podSpec(
  job: PreparedJob,
  config: ResolvedClusterConfig,
  decisions: PodDecisions,
): V1PodSpec {
  return {
    restartPolicy: 'Never',
    serviceAccountName: job.sidecar
      ? config.sidecarServiceAccountName
      : config.serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
    ...(decisions.userNamespace && { hostUsers: false }),
    // Volumes belong to this group: what non-root `init` writes, root builds
    // without DAC_OVERRIDE may change, and what they write `publish` may read.
    securityContext: { fsGroup: config.agentUser },
    nodeSelector: {
      ...config.nodeSelector,
      'kubernetes.io/os': job.platform.os,
      'kubernetes.io/arch': job.platform.architecture,
    },
    ...(config.tolerations && { tolerations: config.tolerations }),
    ...(config.runtimeClassName && {
      runtimeClassName: config.runtimeClassName,
    }),
    ...(config.priorityClassName && {
      priorityClassName: config.priorityClassName,
    }),
    ...(config.imagePullSecrets && {
      imagePullSecrets: config.imagePullSecrets.map(name => ({ name })),
    }),
    initContainers: [
      ...(job.sidecar ? [agentContainer('sidecar', job.sidecar, config)] : []),
      agentContainer('init', job.init, config),
      ...job.build.containers.map((container, index) =>
        buildContainer(container, index, job.resources),
      ),
    ],
    containers: [
      agentContainer('publish', job.publish, config, job.build.output.ownerUid),
    ],
    volumes: volumes(job, config),
  };
}
