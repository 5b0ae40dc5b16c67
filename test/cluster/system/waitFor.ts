import { setTimeout as sleep } from 'node:timers/promises';

/** How often and how long {@link waitFor} asks, in milliseconds. */
export type WaitOptions = { timeout?: number; interval?: number };

/**
 * Asks until `condition` answers with something else than `undefined` or `false`,
 * and returns that answer. An exception counts as "not yet".
 *
 * @throws Error that names `what` and carries the last exception when time is up.
 */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  { timeout = 60_000, interval = 50 }: WaitOptions = {},
): Promise<T> {
  const end = Date.now() + timeout;
  let last: unknown;
  for (;;) {
    try {
      const answer = await condition();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      const why = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`${what}: not so after ${timeout / 1000} s${why}`, {
        cause: last,
      });
    }
    await sleep(interval);
  }
}
