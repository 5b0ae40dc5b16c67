import { setTimeout as sleep } from 'node:timers/promises';
import { RetryPolicy } from '../client/RegistryClientOptions';
import { abortedError } from '../errors/errorFromCause';
import { isOciError, OciError } from '../errors/OciError';

/** What is used where an option is not set. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 5,
  baseMs: 200,
  maxDelayMs: 20_000,
  maxRetryAfterMs: 60_000,
};

/**
 * Calls `attempt` until it succeeds, fails for good, or the policy's attempts
 * are used up. Then its last error is thrown as it is.
 */
export async function withRetry<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await attempt();
    } catch (error) {
      failures += 1;
      await waitToRetry(policy, error, failures, signal);
    }
  }
}

/**
 * Waits as long as the policy says after the given number of failures in a row,
 * or throws `error` when there is no other attempt.
 */
export async function waitToRetry(
  policy: RetryPolicy,
  error: unknown,
  failures: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const delay = retryDelay(policy, error, failures);
  if (delay === undefined) throw error;
  try {
    await sleep(delay, undefined, { signal });
  } catch (cause) {
    if (signal?.aborted) throw abortedError(signal);
    throw cause;
  }
}

/**
 * Milliseconds until the next attempt, or `undefined` when there is none. Full
 * jitter: many clients that failed together do not come back together.
 */
export function retryDelay(
  policy: RetryPolicy,
  error: unknown,
  failures: number,
  random: () => number = Math.random,
): number | undefined {
  if (!isOciError(error) || !(error as OciError).retryable) return undefined;
  if (failures >= policy.attempts) return undefined;
  const { retryAfterMs } = error;
  if (retryAfterMs !== undefined) {
    return retryAfterMs <= policy.maxRetryAfterMs ? retryAfterMs : undefined;
  }
  const ceiling = Math.min(
    policy.maxDelayMs,
    policy.baseMs * 2 ** (failures - 1),
  );
  return Math.round(random() * ceiling);
}
