import https, { type RequestOptions } from 'node:https';
import type { ClusterAccessConfig } from '../KubernetesClusterConfig';
import type { ClusterConnection, ConnectionOptions } from './ClusterConnection';

const RENEW_MS = 30_000;

/**
 * A kubeconfig with whatever it uses to log in: certificates, tokens, exec
 * plugins. `@kubernetes/client-node` reads it. The library is loaded only
 * here, because it costs a backend some 85 MB of memory, and only its
 * credentials are used, because its own requests open a TLS connection each.
 *
 * @throws Error that names the file or the context.
 */
export async function connectWithKubeconfig(
  access: Extract<ClusterAccessConfig, { type: 'kubeconfig' }>,
): Promise<ClusterConnection> {
  const { KubeConfig } =
    // Not `import()`: jest runs without modules, and Node reads both alike.
    require('@kubernetes/client-node') as typeof import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (access.path) {
    config.loadFromFile(access.path);
  } else {
    config.loadFromDefault();
  }
  const contexts = config.getContexts().map(context => context.name);
  const context = access.context ?? config.getCurrentContext();
  if (!contexts.includes(context)) {
    throw new Error(
      `the kubeconfig has no context ${JSON.stringify(
        context,
      )}; it has ${contexts.join(', ')}`,
    );
  }
  config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (!cluster) {
    throw new Error(`the kubeconfig's context ${context} names no cluster`);
  }

  let agent: https.Agent | undefined;
  let material: unknown;
  let current: ConnectionOptions | undefined;
  let readAt = 0;
  return {
    server: new URL(cluster.server),
    async options(renew = false) {
      if (current && !renew && Date.now() - readAt < RENEW_MS) return current;
      const request: RequestOptions = {};
      await config.applyToHTTPSOptions(request);
      const { ca, cert, key, servername, rejectUnauthorized } = request;
      const tls = { ca, cert, key, servername, rejectUnauthorized };
      const next = JSON.stringify(tls);
      if (!agent || next !== material) {
        agent?.destroy();
        material = next;
        // Through a proxy the library's own agent knows the way.
        agent =
          cluster.proxyUrl && request.agent instanceof https.Agent
            ? request.agent
            : new https.Agent({ ...tls, keepAlive: true, timeout: 50_000 });
      }
      readAt = Date.now();
      current = { headers: headersOf(request), agent };
      return current;
    },
    close: () => agent?.destroy(),
  };
}

function headersOf(request: RequestOptions): Record<string, string> {
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      String(value),
    ]),
  );
  if (request.auth) {
    headers.authorization = `Basic ${Buffer.from(request.auth).toString(
      'base64',
    )}`;
  }
  return headers;
}
