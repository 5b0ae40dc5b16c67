import type { CoreV1Event, V1Job } from '@kubernetes/client-node';
import type { KubernetesClient } from '../client/KubernetesClient';
import { instant } from './instant';
import type { CreateFailure } from './observeJob';

/**
 * Asks the Job's events why it has no pod: a quota, PodSecurity or a webhook
 * refused it. The Job's status says nothing of that. `undefined` when nothing
 * failed (yet).
 */
export async function findCreateFailure(
  client: KubernetesClient,
  job: V1Job,
  signal: AbortSignal,
): Promise<CreateFailure | undefined> {
  const list = await client.request<{ items: CoreV1Event[] }>({
    path: `/api/v1/namespaces/${job.metadata?.namespace}/events`,
    query: {
      fieldSelector: `involvedObject.uid=${job.metadata?.uid},reason=FailedCreate`,
      limit: 50,
    },
    signal,
  });
  const newest = list.items.sort((a, b) => timeOf(b) - timeOf(a))[0];
  return newest
    ? { reason: 'FailedCreate', message: newest.message ?? '' }
    : undefined;
}

function timeOf(event: CoreV1Event): number {
  return (
    instant(event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp) ??
    new Date(0)
  ).getTime();
}
