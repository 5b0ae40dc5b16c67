import { z } from 'zod';
import type { KubernetesClusterConfig } from '../kubernetes/KubernetesClusterConfig';
import { bytes, cpuMillis } from './quantity';
import { durationSeconds } from './duration';

const DNS_LABEL = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'use at most 63 lower-case letters, digits and dashes',
  );

const pemOrFile = z.union([
  z.string().min(1),
  z.strictObject({ file: z.string().min(1) }),
]);

const access = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('inCluster') }),
  z.strictObject({
    type: z.literal('kubeconfig'),
    path: z.string().min(1).optional(),
    context: z.string().min(1).optional(),
  }),
  z.strictObject({
    type: z.literal('token'),
    url: z.string().regex(/^https?:\/\/[^/@]+\/?$/, 'write https://host:port'),
    token: pemOrFile,
    ca: pemOrFile.optional(),
    proxy: z.string().optional(),
  }),
]);

const toleration = z.strictObject({
  key: z.string().optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.number().int().optional(),
});

const agentResources = z.strictObject({
  memory: bytes,
  ephemeralStorage: bytes,
});

/** One entry of `buildog.runner.kubernetes.clusters`. */
export const clusterSchema = z
  .strictObject({
    name: DNS_LABEL,
    access,
    namespace: DNS_LABEL,
    agentImage: z.string().min(1),
    agentUser: z.number().int().min(1).optional(),
    agentResources: z
      .strictObject({
        init: agentResources.optional(),
        publish: agentResources.optional(),
        sidecar: agentResources.optional(),
      })
      .optional(),
    serviceAccountName: z.string().optional(),
    sidecarServiceAccountName: z.string().optional(),
    sidecarTokenAudience: z.string().optional(),
    sidecarApiServer: z
      .strictObject({ host: z.string(), port: z.coerce.number().int() })
      .optional(),
    hostUsers: z.enum(['auto', 'required', 'off']).optional(),
    nodeSelector: z.record(z.string(), z.string()).optional(),
    tolerations: z.array(toleration).optional(),
    runtimeClassName: z.string().optional(),
    priorityClassName: z.string().optional(),
    imagePullSecrets: z.array(z.string()).optional(),
    podLabels: z.record(z.string(), z.string()).optional(),
    podAnnotations: z.record(z.string(), z.string()).optional(),
    ttlAfterFinished: durationSeconds.optional(),
    watchNodes: z.boolean().optional(),
  })
  .transform(
    ({ ttlAfterFinished, agentResources: given, ...rest }) =>
      ({
        ...rest,
        ...(ttlAfterFinished && { ttlSecondsAfterFinished: ttlAfterFinished }),
        ...(given && {
          agentResources: Object.fromEntries(
            Object.entries(given).map(([program, value]) => [
              program,
              {
                memoryBytes: value.memory,
                ephemeralStorageBytes: value.ephemeralStorage,
              },
            ]),
          ),
        }),
      } satisfies KubernetesClusterConfig),
  );

/** What one job gets: `buildog.defaults.resources`. */
export const resourcesSchema = z
  .strictObject({
    memory: bytes.prefault('2Gi'),
    ephemeralStorage: bytes.prefault('10Gi'),
    cpu: cpuMillis.prefault('250m'),
  })
  .transform(({ memory, ephemeralStorage, cpu }) => ({
    memoryBytes: memory,
    ephemeralStorageBytes: ephemeralStorage,
    cpuRequestMillis: cpu,
  }));
