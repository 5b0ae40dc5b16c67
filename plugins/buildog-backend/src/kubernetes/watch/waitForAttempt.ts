import type { ClusterCache } from './ClusterCache';

/**
 * Resolves with the first defined answer of `question`, which is asked now
 * and whenever something about the attempt changed. No polling.
 *
 * @throws the signal's reason once it aborts.
 */
export async function waitForAttempt<T>(
  cache: ClusterCache,
  attemptId: string,
  question: () => T | undefined,
  signal: AbortSignal,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => {
      unsubscribe();
      signal.removeEventListener('abort', aborted);
    };
    const ask = () => {
      const answer = question();
      if (answer === undefined) return;
      stop();
      resolve(answer);
    };
    const aborted = () => {
      stop();
      reject(signal.reason);
    };
    const unsubscribe = cache.subscribe(id => {
      if (id === undefined || id === attemptId) ask();
    });
    signal.addEventListener('abort', aborted);
    if (signal.aborted) aborted();
    else ask();
  });
}
