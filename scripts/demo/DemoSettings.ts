/**
 * What `app-config.cluster.yaml` needs to know, by the names of its
 * environment variables.
 */
export interface DemoSettings {
  BUILDOG_INSTALLATION: string;
  BUILDOG_CLUSTER: string;
  BUILDOG_KUBECONFIG: string;
  BUILDOG_NAMESPACE: string;
  /** `auto`, `required` or `off`. */
  BUILDOG_HOST_USERS: string;
  BUILDOG_API_SERVER_HOST: string;
  BUILDOG_API_SERVER_PORT: string;
  BUILDOG_AGENT_IMAGE: string;
  BUILDOG_KANIKO_IMAGE: string;
  BUILDOG_BUILDAH_IMAGE: string;
  BUILDOG_TOOLCHAIN_IMAGE: string;
  BUILDOG_AGENT_BASE_IMAGE: string;
  BUILDOG_SCHEDULER: string;
  BUILDOG_REGISTRY: string;
  BUILDOG_REGISTRY_USERNAME: string;
  BUILDOG_REGISTRY_PASSWORD: string;
  BUILDOG_GIT_HOST: string;
  BUILDOG_COSIGN_KEY_FILE: string;
  BUILDOG_COSIGN_PASSWORD: string;
  BUILDOG_DEMO_CATALOG: string;
}

/** All names of {@link DemoSettings}, for a cluster that somebody else set up. */
export const DEMO_SETTINGS = [
  'BUILDOG_INSTALLATION',
  'BUILDOG_CLUSTER',
  'BUILDOG_KUBECONFIG',
  'BUILDOG_NAMESPACE',
  'BUILDOG_HOST_USERS',
  'BUILDOG_API_SERVER_HOST',
  'BUILDOG_API_SERVER_PORT',
  'BUILDOG_AGENT_IMAGE',
  'BUILDOG_KANIKO_IMAGE',
  'BUILDOG_BUILDAH_IMAGE',
  'BUILDOG_TOOLCHAIN_IMAGE',
  'BUILDOG_AGENT_BASE_IMAGE',
  'BUILDOG_SCHEDULER',
  'BUILDOG_REGISTRY',
  'BUILDOG_REGISTRY_USERNAME',
  'BUILDOG_REGISTRY_PASSWORD',
  'BUILDOG_GIT_HOST',
  'BUILDOG_COSIGN_KEY_FILE',
  'BUILDOG_COSIGN_PASSWORD',
  'BUILDOG_DEMO_CATALOG',
] as const satisfies readonly (keyof DemoSettings)[];
