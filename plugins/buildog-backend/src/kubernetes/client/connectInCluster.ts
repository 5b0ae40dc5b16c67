import type { ClusterConnection } from './ClusterConnection';
import { connectWithToken } from './connectWithToken';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The service account of the pod this process runs in.
 *
 * @throws Error when this is not a pod, or its token is not mounted.
 */
export async function connectInCluster(
  env: Record<string, string | undefined> = process.env,
  directory: string = SERVICE_ACCOUNT,
): Promise<ClusterConnection> {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  if (!host || !port) {
    throw new Error(
      'access is inCluster, but KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this process does not run in a pod; use a kubeconfig or a url with a token',
    );
  }
  try {
    return await connectWithToken({
      type: 'token',
      url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      token: { file: `${directory}/token` },
      ca: { file: `${directory}/ca.crt` },
    });
  } catch (error) {
    throw new Error(
      `access is inCluster, but the service account at ${directory} cannot be read: set automountServiceAccountToken on the backend's pod`,
      { cause: error },
    );
  }
}
