import type { ClusterApi } from './ClusterApi.ts';
import { now } from './now.ts';

/** The end of a container as a watch told it. */
export interface ContainerEnd {
  /** When the event arrived, in milliseconds since 1970: the cluster's own times have seconds. */
  at: number;
  /** What the container left in its termination message. */
  message: string;
}

/**
 * Waits for a container of a pod to end well.
 *
 * @param select - a selector, for example `{ labelSelector: 'a=b' }`
 * @throws Error with its exit code, when it fails.
 */
export async function containerEnded(
  api: ClusterApi,
  namespace: string,
  select: Record<string, string>,
  container: string,
): Promise<ContainerEnd> {
  const done = new AbortController();
  try {
    const events = api.watch(
      `/api/v1/namespaces/${namespace}/pods`,
      select,
      done.signal,
    );
    for await (const { object } of events) {
      const at = now();
      for (const status of object.status?.initContainerStatuses ?? []) {
        assertWell(object.metadata.name, status);
      }
      for (const status of object.status?.containerStatuses ?? []) {
        assertWell(object.metadata.name, status);
        if (status.name === container && status.state?.terminated) {
          return { at, message: status.state.terminated.message ?? '' };
        }
      }
    }
    throw new Error(`the watch of ${JSON.stringify(select)} ended early`);
  } finally {
    done.abort();
  }
}

function assertWell(
  pod: string,
  status: { name: string; state?: { terminated?: { exitCode: number } } },
): void {
  const code = status.state?.terminated?.exitCode ?? 0;
  if (code !== 0) {
    throw new Error(`container ${status.name} of ${pod} ended with ${code}`);
  }
}
