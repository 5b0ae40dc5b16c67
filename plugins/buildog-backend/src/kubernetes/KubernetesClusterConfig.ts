import type { BuildContainer } from '@buildog/plugin-buildog-node';

/** How the controller reaches a cluster's API server. */
export type ClusterAccessConfig =
  /** The service account of the pod the backend runs in. */
  | { type: 'inCluster' }
  /** A kubeconfig file; without `path` the one of `KUBECONFIG` or `~/.kube/config`. */
  | { type: 'kubeconfig'; path?: string; context?: string }
  /** A URL and a bearer token. */
  | {
      type: 'token';
      /** `https://host:port`, without a path or user. */
      url: string;
      /** The token, or a file that is read again when it changes. */
      token: string | { file: string };
      /** PEM text or file of the API server's authority; the system's when absent. */
      ca?: string | { file: string };
      /** Proxy to the API server, `http://host:port`. */
      proxy?: string;
    };

/** A Kubernetes toleration, as in a pod. */
export interface PodToleration {
  key?: string;
  operator?: 'Exists' | 'Equal';
  value?: string;
  effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  tolerationSeconds?: number;
}

/** What one of our own containers may use. Requests are a quarter of it. */
export interface AgentResources {
  memoryBytes: number;
  ephemeralStorageBytes: number;
}

/**
 * One cluster that jobs run on, as `config.ts` reads it from
 * `buildog.runner.kubernetes.clusters`. `defaultClusterConfig` has the
 * defaults of what is optional.
 */
export interface KubernetesClusterConfig {
  /** What an Attempt's `cluster` says. */
  name: string;
  access: ClusterAccessConfig;
  /** Namespace of the jobs. It exists, with quota, policies and PodSecurity labels. */
  namespace: string;
  /** Image of `init`, `publish` and `sidecar`, pinned by digest in production. */
  agentImage: string;
  /** User and group our containers run as. Default 65532. */
  agentUser?: number;
  /** Limits of our containers, by program. */
  agentResources?: Partial<
    Record<'init' | 'publish' | 'sidecar', AgentResources>
  >;
  /** Service account of pods without a sidecar. Default: the namespace's `default`. It gets no token. */
  serviceAccountName?: string;
  /** Service account of pods with a sidecar: may get pods and pods/log here. Default `buildog-sidecar`. */
  sidecarServiceAccountName?: string;
  /** Audience of the sidecar's token; the API server's own when absent. */
  sidecarTokenAudience?: string;
  /**
   * How pods reach the API server where `kubernetes.default` does not work:
   * host and port for the sidecar.
   */
  sidecarApiServer?: { host: string; port: number };
  /**
   * User namespaces: `required` refuses builders that cannot run in one,
   * `auto` uses them where the cluster can and the builder supports it.
   * Default `auto`.
   */
  hostUsers?: 'auto' | 'required' | 'off';
  nodeSelector?: Record<string, string>;
  tolerations?: PodToleration[];
  runtimeClassName?: string;
  priorityClassName?: string;
  /** Names of Secrets with pull credentials of the images a job runs on. */
  imagePullSecrets?: string[];
  /** Further labels and annotations of pods, for example for a mesh. */
  podLabels?: Record<string, string>;
  podAnnotations?: Record<string, string>;
  /** A Job nobody removed goes after this many seconds. Default 86400. */
  ttlSecondsAfterFinished?: number;
  /** May list and watch nodes: a platform without a node is said at once. Default false. */
  watchNodes?: boolean;
}

/** A cluster's configuration with every default filled in. */
export type ResolvedClusterConfig = KubernetesClusterConfig &
  Required<
    Pick<
      KubernetesClusterConfig,
      | 'agentUser'
      | 'sidecarServiceAccountName'
      | 'hostUsers'
      | 'ttlSecondsAfterFinished'
      | 'watchNodes'
    >
  > & {
    agentResources: Record<'init' | 'publish' | 'sidecar', AgentResources>;
  };

/** The security context of a scheduler's container, by its contract's name. */
export type BuildSecurity = BuildContainer['security'];
