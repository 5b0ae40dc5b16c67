import type { HumanDuration } from '@backstage/types';

export interface Config {
  /**
   * Buildog builds container images on Kubernetes. Everything has a default;
   * without a cluster and a registry the Build tab says what is missing.
   *
   * A duration is `90s`, `30m`, `2h`, `7d` or `{ minutes: 30 }`; an amount of
   * bytes is `512Mi`, `2Gi` or `10G`.
   */
  buildog?: {
    /**
     * Names this portal in everything it makes on a cluster: at most 20
     * lower-case letters, digits and dashes. Default: made up once and kept
     * in the database. Two portals on one cluster need different ones.
     */
    installationId?: string;

    runner?: {
      kubernetes?: {
        /** Clusters that builds run on. */
        clusters?: Array<{
          /** A lower-case name; attempts and metrics carry it. */
          name: string;
          /** How the API server is reached. */
          access:
            | {
                /** The service account of the pod the backend runs in. */
                type: 'inCluster';
              }
            | {
                type: 'kubeconfig';
                /** Default: KUBECONFIG or ~/.kube/config. */
                path?: string;
                /** Default: the file's current context. */
                context?: string;
              }
            | {
                type: 'token';
                /** https://host:port */
                url: string;
                /**
                 * The token, or a file that is read again when it changes.
                 * @deepVisibility secret
                 */
                token: string | { file: string };
                /** PEM of the API server's authority, or a file. */
                ca?: string | { file: string };
                /** http://host:port */
                proxy?: string;
              };
          /** Namespace of the jobs; the Helm chart makes it. */
          namespace: string;
          /** Image of init, publish and sidecar; pin it by digest. */
          agentImage: string;
          /** User and group of our containers. Default 65532. */
          agentUser?: number;
          /** Limits of our containers. */
          agentResources?: {
            init?: {
              memory: string | number;
              ephemeralStorage: string | number;
            };
            publish?: {
              memory: string | number;
              ephemeralStorage: string | number;
            };
            sidecar?: {
              memory: string | number;
              ephemeralStorage: string | number;
            };
          };
          /** Of pods without a sidecar; it gets no token. Default `default`. */
          serviceAccountName?: string;
          /** Of pods with a sidecar. Default `buildog-sidecar`. */
          sidecarServiceAccountName?: string;
          /** Audience of the sidecar's token. Default: the API server's. */
          sidecarTokenAudience?: string;
          /** Where pods reach the API server, when not at kubernetes.default. */
          sidecarApiServer?: { host: string; port: number | string };
          /** User namespaces for build pods. Default `auto`. */
          hostUsers?: 'auto' | 'required' | 'off';
          nodeSelector?: { [label: string]: string };
          tolerations?: Array<{
            key?: string;
            operator?: 'Exists' | 'Equal';
            value?: string;
            effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
            tolerationSeconds?: number;
          }>;
          runtimeClassName?: string;
          priorityClassName?: string;
          /** Secrets with pull credentials of the images a job runs on. */
          imagePullSecrets?: string[];
          podLabels?: { [name: string]: string };
          podAnnotations?: { [name: string]: string };
          /** A Job that nobody removed goes after this. Default 24h. */
          ttlAfterFinished?: string | HumanDuration;
          /** The controller may list and watch nodes. Default false. */
          watchNodes?: boolean;
        }>;
      };
      /** Builds as processes of the machine the backend runs on. Linux only. */
      local?: {
        /** Runs people's `RUN` steps on this machine. Default false. */
        enabled?: boolean;
        /** Workspaces, logs and caches. Default `.buildog/builds`. */
        root?: string;
        /** Builds that run at once. Default 2. */
        concurrency?: number;
        limits?: {
          /** Of each process of a build. Default: the build's own limit. */
          memory?: string | number;
          /** Processes of the backend's user together; nothing for root. */
          pids?: number;
        };
        /** Added to the priority of builds, 0 to 19. Default 5. */
        nice?: number;
      };
    };

    /** Builders, by the name that builds choose them by. Default: kaniko. */
    schedulers?: {
      [name: string]: {
        /** Type of an installed scheduler: `kaniko`, `buildah`, … */
        type: string;
        /** What the scheduler's own documentation says. */
        settings?: { [key: string]: unknown };
      };
    };

    /** Registries that images are pushed to. */
    registries?: Array<{
      /** `host` or `host:port`, lower case. */
      host: string;
      /** Plain http; for trusted networks only. Default false. */
      insecure?: boolean;
      /** PEM file of a certificate authority to trust besides the system's. */
      caFile?: string;
      username?: string;
      /** @visibility secret */
      password?: string;
      passwordFile?: string;
      /** A docker config instead of user and password. */
      dockerConfigFile?: string;
      /** Where reads are tried first: `host[:port]` or `host[:port]/prefix`. */
      mirrors?: string[];
    }>;

    /** A registry in the backend, on its disk, for this machine alone. */
    embeddedRegistry?: {
      /** Default false. */
      enabled?: boolean;
      /** Images and generated credentials. Default `.buildog/registry`. */
      root?: string;
      /** A loopback address. Default 127.0.0.1. */
      host?: string;
      /** Part of every image's name. Default 5050. */
      port?: number | string;
      /** Every process of this machine may read images. Default false. */
      anonymousPull?: boolean;
    };

    /** What a build gets when nobody says otherwise. */
    defaults?: {
      /** One of `registries`. Without it nothing is built. */
      registry?: string;
      /** Default `{namespace}/{name}`, below the registry. */
      repository?: string;
      /** A key of `schedulers`. Default: the first. */
      scheduler?: string;
      /** A name of `runner.kubernetes.clusters`, or `local`. Default: the first. */
      cluster?: string;
      /** Relative to the entity's source location. Default `Dockerfile`. */
      dockerfile?: string;
      /** Default `[linux/amd64]`. */
      platforms?: string[];
      resources?: {
        /** Limit. Default 2Gi. */
        memory?: string | number;
        /** Limit. Default 10Gi. */
        ephemeralStorage?: string | number;
        /** Request. Default 250m. */
        cpu?: string | number;
      };
      /** Of one attempt. Default 30m. */
      deadline?: string | HumanDuration;
      /** Tries after failures of the infrastructure. Default 3. */
      maxAttempts?: number;
      /** Fields: date, time, shortSha, sha, branch, number. Default `v{date}-{shortSha}`. */
      tagTemplate?: string;
      /** Also move a tag with the branch's name. Default true. */
      branchTag?: boolean;
      /** Build arguments of every build; `{sha}` in a value is the commit. Not for secrets. */
      buildArgs?: { [name: string]: string };
    };

    sources?: {
      /**
       * Hosts that repositories may be on, `*.example.com` for all below.
       * Default: every host with public addresses only.
       */
      allowedHosts?: string[];
      /** Used where Backstage's `integrations` have no credential. */
      credentials?: Array<{
        host: string;
        /** Only for repositories below this path. */
        pathPrefix?: string;
        username?: string;
        /** @visibility secret */
        password?: string;
        passwordFile?: string;
        /** ssh, with knownHostsFile. */
        privateKeyFile?: string;
        knownHostsFile?: string;
      }>;
      caFile?: string;
      /** Plain http; for trusted networks only. Default false. */
      allowHttp?: boolean;
      /** Default false. */
      submodules?: boolean;
      /** Git LFS pointers in the context fail a build, or stay as they are. Default refuse. */
      lfs?: 'refuse' | 'keepPointers';
      /** Of a source, downloaded and again as written. Default 2Gi. */
      maxSize?: string | number;
      /** Default 200000. */
      maxFiles?: number;
    };

    logs?: {
      /** Type of a log transport. Default: sidecar with `ingest.url`, else follow. */
      transport?: string;
      /** Where logs are kept. Default: the database. */
      store?:
        | { type: 'database' }
        | { type: 'file'; directory: string }
        | {
            type: 's3';
            bucket: string;
            /** Default `buildog-logs`. */
            prefix?: string;
            region?: string;
            /** URL of an S3-compatible server. */
            endpoint?: string;
            forcePathStyle?: boolean;
            /** @visibility secret */
            accessKeyId?: string;
            /** @visibility secret */
            secretAccessKey?: string;
          };
      /** Of one container. Default 64Mi. */
      maxStreamSize?: string | number;
      /** Of one build. Default 256Mi. */
      maxBuildSize?: string | number;
    };

    /** How the controller and the agent's programs reach servers outside. */
    proxy?: {
      http?: string;
      https?: string;
      /** Hosts, or domains with a leading dot, that are reached directly. */
      noProxy?: string[];
    };

    /** With a URL, pods push their logs there instead of being followed. */
    ingest?: {
      /** As pods reach it: http(s)://host/api/buildog/v1/ingest */
      url?: string;
      caFile?: string;
    };

    signing?: {
      cosign?: {
        /**
         * PEM of the private key, as `cosign generate-key-pair` writes it.
         * @visibility secret
         */
        key?: string;
        keyFile?: string;
        /** @visibility secret */
        password?: string;
        passwordFile?: string;
      };
    };

    limits?: {
      /** Builds that run at once. Default 20. */
      concurrency?: number;
      /** Of one owner. Default 5. */
      concurrencyPerOwner?: number;
    };

    retention?: {
      /** Default 90d. */
      logs?: string | HumanDuration;
      /** Default 365d. */
      builds?: string | HumanDuration;
      /** Newest builds that stay whatever their age. Default 20. */
      keepPerConfig?: number;
      /** Builds of components that are gone. Default 30d. */
      orphans?: string | HumanDuration;
    };

    /** IANA time zone of dates in tags. Default UTC. */
    timeZone?: string;
  };
}
