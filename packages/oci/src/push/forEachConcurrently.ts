/**
 * Runs `work` for each item, at most `limit` at once, in order of the items.
 * After the first failure (or the caller's abort) the others are told by their
 * signal, waited for, and that first error is thrown: nothing runs on behind the
 * caller's back.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T>,
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const combined = signal
    ? AbortSignal.any([signal, stop.signal])
    : stop.signal;
  const iterator = items[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const lane = async () => {
    for (
      let next = iterator.next();
      !next.done && !failure;
      next = iterator.next()
    ) {
      try {
        await work(next.value, combined);
      } catch (error) {
        failure ??= { error };
        stop.abort(error);
      }
    }
  };
  const lanes = Math.max(1, Math.floor(limit) || 1);
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failure) throw failure.error;
}
