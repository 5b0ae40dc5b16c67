import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { apiRequest } from './control/request.ts';
import { containerdSocket } from './node/containerd.ts';
import type { ClusterPaths } from './paths.ts';
import { ports } from './services/ports.ts';
import { waitForDaemon } from './system/daemon.ts';
import type { ProcessRecord } from './system/processRecord.ts';

/** Waits until programs that need this one can be started. */
export function waitForPrerequisite(
  paths: ClusterPaths,
  anchor: ProcessRecord,
  server: string,
  name: 'containerd' | 'kube-apiserver',
): Promise<void> {
  const socket = `/proc/${anchor.pid}/root${containerdSocket}`;
  return waitForDaemon(paths, name, async () =>
    name === 'containerd'
      ? existsSync(socket)
      : (await apiRequest(paths.pki, server, '/readyz')).status === 200,
  );
}

/** Waits until pods can be created and all services of the cluster answer. */
export async function waitUntilReady(
  paths: ClusterPaths,
  server: string,
  nodeName: string,
  nodeAddress: string,
): Promise<void> {
  const listening = (daemon: string, port: number) =>
    waitForDaemon(paths, daemon, () => isListening(nodeAddress, port));
  await Promise.all([
    listening('registry-plain-front', ports.plainRegistry),
    listening('registry-tls', ports.tlsRegistry),
    listening('registry-token', ports.tokenRegistry),
    listening('registry-token-server', ports.tokenRealm),
    listening('git-server', ports.gitHttps),
    listening('ssh-server', ports.ssh),
    waitForControlPlane(paths, server, nodeName),
  ]);
}

async function waitForControlPlane(
  paths: ClusterPaths,
  server: string,
  nodeName: string,
): Promise<void> {
  const get = (path: string) => apiRequest(paths.pki, server, path);
  await waitForDaemon(
    paths,
    'kube-apiserver',
    async () => (await get('/readyz')).status === 200,
  );
  await waitForDaemon(paths, 'kubelet', async () =>
    isReady((await get(`/api/v1/nodes/${nodeName}`)).body),
  );
  // Made by the controller manager; without it no pod is admitted.
  await waitForDaemon(paths, 'kube-controller-manager', async () => {
    return (
      (await get('/api/v1/namespaces/default/serviceaccounts/default'))
        .status === 200
    );
  });
}

function isReady(body: string): boolean {
  const node = JSON.parse(body) as {
    status?: { conditions?: { type: string; status: string }[] };
  };
  return (
    node.status?.conditions?.some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    ) ?? false
  );
}

/** True when something accepts connections there. */
export function isListening(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ host, port, timeout: 1000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
