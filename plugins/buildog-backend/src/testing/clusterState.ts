interface RegistryState {
  host: string;
  username: string;
  password: string;
}

/**
 * As much of the test cluster's `cluster.json` as this package's suites use;
 * `test/cluster/clusterState.ts` describes all of it.
 */
export interface ClusterState {
  name: string;
  kubeconfig: string;
  apiServer: string;
  /** Authority of the API server's certificate. */
  caFile: string;
  auditLog: string;
  nodeAddress: string;
  registries: {
    plain: RegistryState;
    tls: RegistryState & { caFile: string };
    token: RegistryState & { caFile: string };
  };
  git: {
    httpUrl: string;
    httpsUrl: string;
    caFile: string;
    username: string;
    password: string;
    privateRepository: string;
  };
  images: { busybox: string; agentBase: string; buildah: string };
  tools: { binDir: string };
}
