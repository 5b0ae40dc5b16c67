import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A controller's kubeconfig as `access` of type `token`, with token and
 * authority in files, as a kubelet writes them for a pod.
 *
 * @param kubeconfig - file in JSON with one cluster and one user
 */
export async function tokenAccess(kubeconfig: string, folder: string) {
  const config = JSON.parse(await readFile(kubeconfig, 'utf8'));
  const { cluster } = config.clusters[0];
  const token = join(folder, 'controller.token');
  const ca = join(folder, 'controller.ca');
  await writeFile(token, config.users[0].user.token, { mode: 0o600 });
  await writeFile(
    ca,
    Buffer.from(cluster['certificate-authority-data'], 'base64'),
  );
  return {
    type: 'token' as const,
    url: cluster.server as string,
    token: { file: token },
    ca: { file: ca },
  };
}
