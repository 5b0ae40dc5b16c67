import type { V1Job } from '@kubernetes/client-node';
import type { PreparedJob } from '@buildog/plugin-buildog-node';
import type { ResolvedClusterConfig } from '../KubernetesClusterConfig';
import { LABELS, descriptiveLabels, identityLabels } from './labels';
import { podSpec, type PodDecisions } from './podSpec';

/** Annotations that keep autoscalers from moving a build. */
const STAY = {
  'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
  'karpenter.sh/do-not-disrupt': 'true',
};

/**
 * The Job of an attempt. One pod, never another: retries are the controller's
 * decision, under a new name.
 */
export function jobManifest(
  job: PreparedJob,
  config: ResolvedClusterConfig,
  decisions: PodDecisions,
): V1Job {
  const labels = {
    ...descriptiveLabels(job.labels),
    ...identityLabels(job.attempt),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: job.attempt.name,
      namespace: config.namespace,
      labels,
      annotations: job.annotations,
    },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      podReplacementPolicy: 'Failed',
      activeDeadlineSeconds: job.deadlineSeconds,
      ttlSecondsAfterFinished: config.ttlSecondsAfterFinished,
      template: {
        metadata: {
          labels: {
            ...config.podLabels,
            ...labels,
            ...(job.sidecar && { [LABELS.logTransport]: 'sidecar' }),
          },
          annotations: {
            ...STAY,
            ...config.podAnnotations,
            ...job.annotations,
          },
        },
        spec: podSpec(job, config, decisions),
      },
    },
  };
}
