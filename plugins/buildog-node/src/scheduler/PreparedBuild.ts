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
 * A build as a process of this machine. It runs in mount and process
 * namespaces of its own, as root there, with the folders of `WorkspaceLayout`
 * in their usual places, the machine's programs read-only and no other file of
 * the machine.
 * @public
 */
export interface LocalBuild {
  /** Absolute path of a program, or a name found in the system's folders. */
  command: string;
  /** One element per argument; no shell reads them. */
  args: string[];
  /**
   * All of its environment but `PATH`, `HOME` and `XDG_CACHE_HOME`, which are
   * given; the last is a folder that stays from build to build.
   */
  env: Record<string, string>;
  /** As `BuildContainer.files`. */
  files?: Record<string, string>;
  /**
   * Absolute paths of folders it may write to and that stay from build to
   * build: a cache. Made when absent. Never one that holds anything else.
   */
  folders?: string[];
  /** Absolute paths it reads, besides the system's, Node's and Buildog's own. */
  readOnlyPaths?: string[];
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
   * The same build as a process of the machine the controller runs on, where
   * the builder can run so; runners that need it refuse a scheduler without.
   * It may come with no `containers` at all: it is then called `build`.
   */
  local?: LocalBuild;
}
