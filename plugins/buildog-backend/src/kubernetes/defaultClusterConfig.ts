import type {
  KubernetesClusterConfig,
  ResolvedClusterConfig,
} from './KubernetesClusterConfig';

const MEBIBYTE = 1024 * 1024;

/**
 * Fills in what a cluster's configuration leaves out. `init` may hold a large
 * repository's pack in memory; `publish` and `sidecar` stream.
 */
export function defaultClusterConfig(
  config: KubernetesClusterConfig,
): ResolvedClusterConfig {
  return {
    agentUser: 65532,
    sidecarServiceAccountName: 'buildog-sidecar',
    hostUsers: 'auto',
    ttlSecondsAfterFinished: 86_400,
    watchNodes: false,
    ...config,
    agentResources: {
      init: {
        memoryBytes: 1024 * MEBIBYTE,
        ephemeralStorageBytes: 256 * MEBIBYTE,
      },
      publish: {
        memoryBytes: 512 * MEBIBYTE,
        ephemeralStorageBytes: 256 * MEBIBYTE,
      },
      sidecar: {
        memoryBytes: 256 * MEBIBYTE,
        ephemeralStorageBytes: 1024 * MEBIBYTE,
      },
      ...config.agentResources,
    },
  };
}
