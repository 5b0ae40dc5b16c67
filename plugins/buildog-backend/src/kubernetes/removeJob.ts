import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { AttemptRef } from '@buildog/plugin-buildog-node';
import { isApiStatus } from './client/ApiError';
import { apiPaths } from './client/apiPaths';
import type { ApiRequest, KubernetesClient } from './client/KubernetesClient';
import { LABELS } from './job/labels';
import { secretName } from './job/names';
import { isOwn } from './observe/observeJob';

/** What {@link removeJob} needs. */
export interface RemoveJobOptions {
  client: KubernetesClient;
  namespace: string;
  attempt: AttemptRef;
  gracePeriodSeconds: number;
  signal: AbortSignal;
}

/**
 * Ends an attempt. The pods are told first, with the grace that was asked for:
 * the cluster's own removal would give them their full one, and the kubelet
 * keeps to what it heard first. Then the Job is deleted in the foreground, so
 * that it is there until its pods are gone and `observe` tells the truth with
 * one look. Somebody else's Job of that name is left alone.
 */
export async function removeJob(options: RemoveJobOptions): Promise<void> {
  const { client, namespace, attempt, signal } = options;
  const paths = apiPaths(namespace);
  const remove = (request: Pick<ApiRequest, 'path' | 'body'>) =>
    unlessGone(client.request({ method: 'DELETE', signal, ...request }));

  const job = await unlessGone(
    client.request<V1Job>({ path: paths.job(attempt.name), signal }),
  );
  if (job && !isOwn(job, attempt)) return;
  await Promise.all([
    remove({ path: paths.secret(secretName(attempt)) }),
    removePods(options),
  ]);
  if (job) {
    await remove({
      path: paths.job(attempt.name),
      body: {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        propagationPolicy: 'Foreground',
        preconditions: { uid: job.metadata?.uid },
      },
    });
  }
}

async function removePods(options: RemoveJobOptions): Promise<void> {
  const { client, namespace, attempt, gracePeriodSeconds, signal } = options;
  const paths = apiPaths(namespace);
  const { items } = await client.request<{ items: V1Pod[] }>({
    path: paths.pods,
    query: {
      labelSelector: `${LABELS.installation}=${attempt.installationId},${LABELS.attempt}=${attempt.attemptId}`,
    },
    signal,
  });
  await Promise.all(
    items.map(pod =>
      unlessGone(
        client.request({
          method: 'DELETE',
          path: paths.pod(pod.metadata?.name ?? ''),
          body: {
            kind: 'DeleteOptions',
            apiVersion: 'v1',
            // Zero would take the pod out of the API and leave its processes.
            gracePeriodSeconds: Math.max(1, Math.ceil(gracePeriodSeconds)),
          },
          signal,
        }),
      ),
    ),
  );
}

/** 404: already gone. 409: the name is another object's by now. */
async function unlessGone<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isApiStatus(error, 404) || isApiStatus(error, 409)) return undefined;
    throw error;
  }
}
