import { join } from 'node:path';
import type { ClusterIdentity } from './clusterIdentity.ts';
import type { ClusterState } from './clusterState.ts';
import { apiServerPort } from './control/controlPlane.ts';
import type { EnsuredImages } from './images/ensureImages.ts';
import type { ClusterNetwork } from './node/network.ts';
import { findKubeRouter } from './node/networkPolicy.ts';
import type { ClusterPaths } from './paths.ts';
import {
  gitUser,
  privateRepository,
  repositoriesFolder,
  sshKnownHosts,
} from './services/git.ts';
import { ports } from './services/ports.ts';
import { registryUser, tokenRealm, tokenUsers } from './services/registries.ts';
import { tokenService } from './services/tokenServer.ts';

/** What `cluster.json` says about a cluster. */
export function describeCluster(parts: {
  paths: ClusterPaths;
  name: string;
  nodeName: string;
  network: ClusterNetwork;
  identity: ClusterIdentity;
  images: EnsuredImages;
}): ClusterState {
  const { paths, name, nodeName, network, identity, images } = parts;
  const { nodeAddress, hostAddress, netns } = network;
  const caFile = join(paths.pki, 'services-ca.crt');
  const host = (port: number) => `${nodeAddress}:${port}`;
  const { program, why } = findKubeRouter();
  const { kaniko } = images;
  return {
    ...{ name, netns, nodeAddress, hostAddress, nodeName },
    ...{
      kubeconfig: paths.kubeconfig,
      auditLog: paths.auditLog,
      apiServer: `https://${host(apiServerPort)}`,
    },
    ...{ caFile: join(paths.pki, 'cluster-ca.crt'), logs: paths.logs },
    registries: {
      plain: {
        ...{ host: host(ports.plainRegistry), scheme: 'http' },
        ...{ username: registryUser, password: identity.passwords.plain },
      },
      tls: {
        ...{ host: host(ports.tlsRegistry), scheme: 'https', caFile },
        ...{ username: registryUser, password: identity.passwords.tls },
      },
      token: {
        ...{ host: host(ports.tokenRegistry), scheme: 'https', caFile },
        ...{ username: 'pusher', password: identity.passwords.tokenPusher },
        ...{
          realm: tokenRealm(nodeAddress),
          service: tokenService,
          users: tokenUsers(identity),
        },
      },
    },
    git: {
      ...{
        httpUrl: `http://${host(ports.gitHttp)}`,
        httpsUrl: `https://${host(ports.gitHttps)}`,
        caFile,
      },
      ...{
        sshUrl: `ssh://git@${host(ports.ssh)}`,
        sshKnownHosts: sshKnownHosts(paths),
      },
      ...{
        sshKeyFile: join(paths.pki, 'ssh-user-key'),
        repositoriesDir: repositoriesFolder(paths),
      },
      ...{
        username: gitUser,
        password: identity.passwords.git,
        privateRepository,
      },
    },
    forwards: identity.forwards.map(port => ({
      nodeUrl: `http://${host(port)}`,
      hostPort: port,
    })),
    images: images.images,
    ...('layout' in kaniko
      ? {
          kaniko: {
            version: kaniko.version,
            digest: kaniko.digest,
            source: kaniko.source,
          },
        }
      : { kanikoAbsent: kaniko.absent }),
    networkPolicy: { enforced: program !== undefined, why },
    tools: { binDir: paths.bin },
  };
}
