import { readFile } from 'node:fs/promises';
import { clusterPaths } from './paths.ts';

/** A registry of the cluster. `host` means the same to this machine, the node and pods. */
export type RegistryState = {
  /** `ADDRESS:PORT`, the first part of an image reference. */
  host: string;
  /** May push everywhere in it. */
  username: string;
  password: string;
};

/** A user of the token registry: names of repositories, or prefixes that end in `*`. */
export type TokenUserState = {
  password: string;
  push: string[];
  pull: string[];
};

/** Image references with digest, in the plain registry, where they can be pulled without a credential. */
export type ClusterImages = {
  /** Holds a pod's namespaces open. */
  pause: string;
  /** Debian's static busybox under all its names. */
  busybox: string;
  /** Node 24 on a minimal Debian, with busybox as its shell. */
  node: string;
  /** git, ssh, certificates and Node 24: what an agent image is made from. */
  agentBase: string;
  /** Debian's buildah for unprivileged pods: chroot isolation, vfs storage. */
  buildah: string;
  /** Present when a kaniko executor was found. */
  kaniko?: string;
};

/** What `up` writes to `cluster.json`: all that a test has to know about a running cluster. */
export type ClusterState = {
  name: string;
  /** Name of the network namespace, as `ip netns` shows it. */
  netns: string;
  /** API server, registries and git server listen here; the same for this machine, node and pods. */
  nodeAddress: string;
  /** This machine's end of the link. Nobody in the cluster can open a connection to it. */
  hostAddress: string;
  nodeName: string;
  /** File, administrator of the cluster. */
  kubeconfig: string;
  /** File: one JSON object a line, the API server's audit events, `RequestReceived` and `ResponseComplete`. */
  auditLog: string;
  /** URL. */
  apiServer: string;
  /** File: the authority of the API server's certificate. */
  caFile: string;
  /** Folder of the logs of all the cluster's programs, `NAME.log`. */
  logs: string;
  registries: {
    /** http. Anybody pulls, a push needs Basic authentication. */
    plain: RegistryState & { scheme: 'http' };
    /** TLS and htpasswd: nothing without user and password. */
    tls: RegistryState & { scheme: 'https'; caFile: string };
    /** TLS and Bearer tokens with a scope for each repository; `public/` can be pulled by anybody. */
    token: RegistryState & {
      scheme: 'https';
      caFile: string;
      realm: string;
      service: string;
      users: Record<string, TokenUserState>;
    };
  };
  git: {
    /** Without a slash at the end, for example `http://198.18.0.2:8080`. */
    httpUrl: string;
    httpsUrl: string;
    caFile: string;
    /** `ssh://git@ADDRESS:PORT`, with the private key in `sshKeyFile`. */
    sshUrl: string;
    sshKnownHosts: string;
    sshKeyFile: string;
    /** Folder of the bare repositories. */
    repositoriesDir: string;
    /** Needed for every push, which makes the repository when there is none, and to read below `private/`. */
    username: string;
    password: string;
    /** Path of a repository that can be read with the password only. */
    privateRepository: string;
  };
  /** How pods reach a server on this machine's loopback. */
  forwards: { nodeUrl: string; hostPort: number }[];
  images: ClusterImages;
  kaniko?: { version: string; digest: string; source: string };
  /** Why there is no kaniko; only when there is none. */
  kanikoAbsent?: string;
  networkPolicy: { enforced: boolean; why: string };
  /** Folder with kubectl, crane, cosign, cosign3, versitygw and the cluster's own programs. */
  tools: { binDir: string };
};

/**
 * The state of the cluster that tests run on: the one that the file named by
 * `BUILDOG_TEST_CLUSTER` describes (a cluster of somebody's own, or one that was
 * brought up before), else the test cluster of that name.
 *
 * @throws Error that says how to start it, when it is not up.
 */
export function readClusterState(name = 'default'): Promise<ClusterState> {
  const file = process.env.BUILDOG_TEST_CLUSTER;
  return file ? readStateFile(file, name) : readOwnState(name);
}

/** The state of the test cluster of that name, whatever the environment says. */
export function readOwnState(name: string): Promise<ClusterState> {
  return readStateFile(clusterPaths(name).clusterJson, name);
}

async function readStateFile(
  file: string,
  name: string,
): Promise<ClusterState> {
  const text = await readFile(file, 'utf8').catch(cause => {
    throw new Error(
      `cluster "${name}" is not up (${file} can't be read): run yarn cluster up --name ${name}`,
      { cause },
    );
  });
  return JSON.parse(text) as ClusterState;
}
