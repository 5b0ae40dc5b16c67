import {
  RunnerError,
  type AttemptRef,
  type ContainerObservation,
} from '@buildog/plugin-buildog-node';
import { ApiError, isApiStatus } from './client/ApiError';
import { isNamed, messageOf } from './client/errorFacts';
import type { KubernetesClient } from './client/KubernetesClient';
import { toRunnerError } from './client/toRunnerError';
import { newestPod } from './observe/observePod';
import { observeJob } from './observe/observeJob';
import type { ClusterCache } from './watch/ClusterCache';
import { waitForAttempt } from './watch/waitForAttempt';

/** How soon the watch knows what was made, on all but the busiest clusters. */
const MOMENT_MS = 500;

/** Where a container's output can be read, or that it never will be. */
type LogPlace = { pod: string } | 'Never';

/** What {@link followContainerLog} needs. */
export interface FollowLogOptions {
  client: KubernetesClient;
  cache: ClusterCache;
  cluster: string;
  namespace: string;
  attempt: AttemptRef;
  container: string;
  since?: Date;
  signal: AbortSignal;
}

/**
 * A container's output from the kubelet, from its first byte. Waits for the
 * container by the watch. Ends when the container has ended and the kubelet
 * has said all, or when it can never start.
 *
 * A stream that ends while the container still runs (the API server went, the
 * kubelet rotated the file away) is a retryable error: whoever reads goes on
 * with `since`.
 */
export async function* followContainerLog(
  options: FollowLogOptions,
): AsyncGenerator<Uint8Array> {
  const { cache, attempt, container, signal } = options;
  // Until the watch has said something, a Job it does not know may be new.
  let heard = cache.job(attempt.attemptId) !== undefined;
  const unsubscribe = cache.subscribeTo(attempt.attemptId, () => {
    heard = true;
  });
  const release = cache.hold();
  try {
    if (!(await isKnown(options))) return;
    const place = await waitForAttempt(
      cache,
      attempt.attemptId,
      () => placeOf(options, heard),
      signal,
    );
    if (place === 'Never') return;
    yield* read(place.pod, options);
    const ended = () => hasEnded(options);
    if (ended()) return;
    // The kubelet closes the stream a little before its status is written.
    const patience = AbortSignal.any([signal, AbortSignal.timeout(3_000)]);
    await waitForAttempt(
      cache,
      attempt.attemptId,
      () => ended() || undefined,
      patience,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (isNamed(error, 'TimeoutError')) {
      throw new RunnerError(
        'Unreachable',
        `The log of container ${container} of ${attempt.name} ended before the container did`,
        { retryable: true, cause: error },
      );
    }
    throw toRunnerError(error, options.cluster, `read the log of ${container}`);
  } finally {
    unsubscribe();
    release();
  }
}

async function* read(
  pod: string,
  options: FollowLogOptions,
): AsyncGenerator<Uint8Array> {
  const { client, namespace, container, since, signal } = options;
  try {
    const body = await client.stream({
      path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
      query: {
        container,
        follow: true,
        timestamps: true,
        sinceTime: since?.toISOString().replace(/\.\d+Z$/, 'Z'),
      },
      signal,
    });
    for await (const chunk of body as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    signal.throwIfAborted();
    // The pod is gone, and its log with it.
    if (isApiStatus(error, 404)) return;
    throw error instanceof ApiError && error.status !== 400
      ? error
      : new ApiError(0, messageOf(error), {
          cause: error,
        });
  }
}

/**
 * The watch may not have heard of a Job that was made just now; it gets a
 * moment, because a question for each container is what it saves.
 */
async function isKnown(options: FollowLogOptions): Promise<boolean> {
  const { client, cache, attempt, namespace, signal } = options;
  const { attemptId } = attempt;
  const moment = AbortSignal.any([signal, AbortSignal.timeout(MOMENT_MS)]);
  const job = () => cache.job(attemptId);
  if (await waitForAttempt(cache, attemptId, job, moment).catch(() => job())) {
    return true;
  }
  signal.throwIfAborted();
  try {
    await client.request({
      path: `/apis/batch/v1/namespaces/${namespace}/jobs/${attempt.name}`,
      signal,
    });
    return true;
  } catch (error) {
    if (isApiStatus(error, 404)) return false;
    throw error;
  }
}

function placeOf(
  options: FollowLogOptions,
  heard: boolean,
): LogPlace | undefined {
  const { cache, attempt, container } = options;
  if (!cache.fresh || !heard) return undefined;
  const job = cache.job(attempt.attemptId);
  const pod = newestPod(cache.podsOf(attempt.attemptId));
  if (!pod) return job ? undefined : 'Never';
  const containers = observedContainers(options);
  const found = containers.find(entry => entry.name === container);
  if (found && found.state !== 'Waiting') {
    // A container that was never made has ended without a start.
    if (found.state === 'Terminated' && !found.startedAt) return 'Never';
    return { pod: pod.metadata?.name ?? '' };
  }
  const over =
    !job ||
    !found ||
    ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '') ||
    containers
      .slice(0, containers.indexOf(found))
      .some(entry => entry.state === 'Terminated' && entry.exitCode !== 0);
  return over ? 'Never' : undefined;
}

function hasEnded(options: FollowLogOptions): boolean {
  const { cache, attempt, container } = options;
  if (!cache.fresh) return false;
  if (newestPod(cache.podsOf(attempt.attemptId)) === undefined) return true;
  return observedContainers(options).some(
    entry => entry.name === container && entry.state === 'Terminated',
  );
}

function observedContainers({
  cache,
  attempt,
}: FollowLogOptions): ContainerObservation[] {
  const seen = observeJob(
    attempt,
    cache.job(attempt.attemptId),
    cache.podsOf(attempt.attemptId),
  );
  return seen.state === 'Present' ? seen.pod?.containers ?? [] : [];
}
