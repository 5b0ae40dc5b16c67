import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { ClusterAccessConfig } from '../KubernetesClusterConfig';
import type { ClusterConnection } from './ClusterConnection';

const RENEW_MS = 30_000;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * A URL and a bearer token. Token and authority may be files: both rotate
 * where the kubelet writes them.
 *
 * @throws Error when the URL would carry the token in the clear, or a file
 * cannot be read.
 */
export async function connectWithToken(
  access: Extract<ClusterAccessConfig, { type: 'token' }>,
): Promise<ClusterConnection> {
  const server = new URL(access.url);
  const plain = server.protocol === 'http:';
  if (!plain && server.protocol !== 'https:') {
    throw new Error(`the API server's url must begin with https://`);
  }
  if (plain && !LOOPBACK.includes(server.hostname)) {
    throw new Error(
      `the API server's url is plain http on ${server.hostname}, which would show the token to the network: use https`,
    );
  }
  let ca = await read(access.ca);
  let token = (await read(access.token)) ?? '';
  let readAt = Date.now();
  let agent = createAgent(plain, ca, access.proxy);

  return {
    server,
    async options(renew = false) {
      if (renew || Date.now() - readAt > RENEW_MS) {
        readAt = Date.now();
        token = (await read(access.token)) ?? '';
        const newCa = await read(access.ca);
        if (newCa !== ca) {
          agent.destroy();
          ca = newCa;
          agent = createAgent(plain, ca, access.proxy);
        }
      }
      return { headers: { authorization: `Bearer ${token}` }, agent };
    },
    close: () => agent.destroy(),
  };
}

function createAgent(
  plain: boolean,
  ca: string | undefined,
  proxy: string | undefined,
): http.Agent {
  const options = {
    keepAlive: true,
    // Idle sockets are dropped before usual load balancers drop them (60 s).
    timeout: 50_000,
    scheduling: 'lifo' as const,
    ...(proxy && { proxyEnv: { HTTPS_PROXY: proxy, HTTP_PROXY: proxy } }),
  };
  return plain
    ? new http.Agent(options)
    : new https.Agent({ ...options, ...(ca && { ca }) });
}

async function read(
  value: string | { file: string } | undefined,
): Promise<string | undefined> {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value.trim();
  return (await readFile(value.file, 'utf8')).trim();
}
