import type { Agent as HttpAgent } from 'node:http';
import type { ClusterAccessConfig } from '../KubernetesClusterConfig';
import { connectInCluster } from './connectInCluster';
import { connectWithKubeconfig } from './connectWithKubeconfig';
import { connectWithToken } from './connectWithToken';

/** What a request needs besides its path. */
export interface ConnectionOptions {
  headers: Record<string, string>;
  /** Keeps connections open: a TLS handshake per request would cost more than the request. */
  agent: HttpAgent;
}

/** A way to one API server. */
export interface ClusterConnection {
  /** `https://host:port`, possibly with a path. */
  server: URL;
  /**
   * Credentials of now. Files are read again at most every 30 seconds, or at
   * once with `renew`, after the server answered 401.
   */
  options(renew?: boolean): Promise<ConnectionOptions>;
  /** Closes idle connections. */
  close(): void;
}

/**
 * Opens the way that a cluster's configuration names. Reads files, makes no
 * request.
 *
 * @throws Error that names the setting and what to do.
 */
export async function openConnection(
  access: ClusterAccessConfig,
): Promise<ClusterConnection> {
  switch (access.type) {
    case 'inCluster':
      return connectInCluster();
    case 'kubeconfig':
      return connectWithKubeconfig(access);
    default:
      return connectWithToken(access);
  }
}
