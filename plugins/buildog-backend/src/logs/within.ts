/**
 * The answer of `work`, or `undefined` when it takes longer than `timeoutMs`
 * or the signal aborts first. Leaves no timer behind.
 */
export async function within<T>(
  work: Promise<T>,
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<T | undefined> {
  const { timeoutMs, signal } = options;
  let stop: () => void = () => {};
  const limit = new Promise<undefined>(resolve => {
    const timer = setTimeout(() => resolve(undefined), timeoutMs);
    const aborted = () => resolve(undefined);
    signal?.addEventListener('abort', aborted, { once: true });
    if (signal?.aborted) aborted();
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    stop();
  }
}
