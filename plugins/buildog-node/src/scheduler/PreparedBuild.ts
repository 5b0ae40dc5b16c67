/**
 * A container that a scheduler wants to run, in order, as part of a job.
 * @public
 */
export interface BuildContainer {
  /** A DNS label other than `init`, `publish`, `sidecar`, `proxy`. By convention `build`. */
  name: string;
  /** Image reference, pinned by digest in production. */
  image: string;
  /** Replaces the image's entrypoint when given. */
  command?: string[];
  /** One element per argument. The runner escapes `$(` for Kubernetes. */
  args: string[];
  env: Record<string, string>;
  workingDir?: string;
  security: {
    runAsUser?: number;
    runAsGroup?: number;
    runAsNonRoot: boolean;
    allowPrivilegeEscalation: boolean;
    readOnlyRootFilesystem: boolean;
    /** Added after `drop: ALL`; at most what PodSecurity baseline admits. */
    addCapabilities: string[];
    /** `Unset` for builders that need user namespaces (buildah). */
    seccomp: 'RuntimeDefault' | 'Unset' | { localhostProfile: string };
  };
  /** Further empty folders it needs, mounted at these absolute paths. */
  emptyDirs: { name: string; mountPath: string; sizeBytes?: number }[];
  /**
   * Small files it needs, name (`[a-z0-9.-]`, at most 63 characters) to text,
   * at most 256 KiB together. The runner lays them, read-only, into
   * `WorkspaceLayout.filesDir` of this container. The user's code can read
   * them: certificates and configuration, never a secret.
   */
  files?: Record<string, string>;
}

/**
 * What a scheduler hands to a runner.
 * @public
 */
export interface PreparedBuild {
  containers: BuildContainer[];
  /** Where the result is: an OCI image layout below the output folder. */
  output: {
    type: 'OciLayout';
    path: string;
    /**
     * The user whose files the layout's are, when it alone may read them
     * (kaniko leaves blobs with mode 0600). The runner then runs `publish` as
     * this user, still without any capability. Otherwise anyone may read.
     */
    ownerUid?: number;
  };
  /** What it needs from the cluster, checked before the job is created. */
  needs: {
    /** PodSecurity level its containers fit. */
    podSecurity: 'restricted' | 'baseline';
    /** Works with `hostUsers: false`. */
    userNamespaces: 'supported' | 'unsupported';
  };
  /**
   * The same build as child processes, where the builder can run so; runners
   * that need it refuse a scheduler without.
   */
  local?: { command: string; args: string[]; env: Record<string, string> };
}
