import type { V1Job, V1Secret } from '@kubernetes/client-node';
import { RunnerError, type AttemptRef } from '@buildog/plugin-buildog-node';
import { ApiError, isApiStatus } from './client/ApiError';
import { apiPaths } from './client/apiPaths';
import type { KubernetesClient } from './client/KubernetesClient';
import { isOwn } from './observe/observeJob';

/** What {@link startJob} needs. */
export interface StartJobOptions {
  client: KubernetesClient;
  cluster: string;
  namespace: string;
  attempt: AttemptRef;
  job: V1Job;
  /** The attempt's Secret, once its owner is known. */
  secret(owner: { name: string; uid: string }): V1Secret;
  signal: AbortSignal;
}

/**
 * Makes the Job and then its Secret, two requests. In that order, because the
 * Secret belongs to the Job: whoever deletes the Job, the cluster removes the
 * Secret, and a crash between the two leaves nothing for ever. The pod waits
 * for the Secret, which is there before a node is found.
 *
 * A Job that exists is adopted when its labels say that it is this attempt's.
 *
 * @throws ApiError, or RunnerError `Conflict` for somebody else's Job.
 */
export async function startJob(
  options: StartJobOptions,
): Promise<{ uid: string }> {
  const { client, namespace, attempt, signal } = options;
  const paths = apiPaths(namespace);
  const { job, adopted } = await createOrAdopt(options);
  const owner = { name: attempt.name, uid: job.metadata?.uid ?? '' };
  const secret = options.secret(owner);
  const create = () =>
    client.request({
      method: 'POST',
      path: paths.secrets,
      body: secret,
      signal,
    });
  try {
    await create();
  } catch (error) {
    if (!isApiStatus(error, 409)) throw withoutContent(error);
    // With an adopted Job it is the one made beside it. With a new Job it is
    // left over from an earlier Job of that name, and on its way out.
    if (adopted) return { uid: owner.uid };
    await client
      .request({
        method: 'DELETE',
        path: paths.secret(secret.metadata?.name ?? ''),
        signal,
      })
      .catch(failure => {
        if (!isApiStatus(failure, 404)) throw failure;
      });
    await create().catch(failure => {
      // Another replica adopted the Job meanwhile and made it.
      if (!isApiStatus(failure, 409)) throw withoutContent(failure);
    });
  }
  return { uid: owner.uid };
}

async function createOrAdopt(
  options: StartJobOptions,
): Promise<{ job: V1Job; adopted: boolean }> {
  const { client, namespace, attempt, signal } = options;
  const paths = apiPaths(namespace);
  try {
    const job = await client.request<V1Job>({
      method: 'POST',
      path: paths.jobs,
      body: options.job,
      signal,
    });
    return { job, adopted: false };
  } catch (error) {
    if (!isApiStatus(error, 409)) throw error;
    const job = await client.request<V1Job>({
      path: paths.job(attempt.name),
      signal,
    });
    if (!isOwn(job, attempt)) {
      throw new RunnerError(
        'Conflict',
        `Cluster ${options.cluster} has a Job ${attempt.name} in ${namespace} that is not of this installation; remove it, or give each portal a namespace of its own`,
        { retryable: false },
      );
    }
    if (job.metadata?.deletionTimestamp !== undefined) {
      throw new RunnerError(
        'Conflict',
        `Job ${attempt.name} on cluster ${options.cluster} is being removed`,
        { retryable: true, retryAfterMs: 1_000 },
      );
    }
    return { job, adopted: true };
  }
}

/** A refusal of a Secret may quote it; only its kind is passed on. */
function withoutContent(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.status !== 422) return error;
  return new ApiError(422, 'the Secret of the attempt is not valid');
}
