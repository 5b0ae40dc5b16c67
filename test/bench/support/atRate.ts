import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does something at a fixed rate, whether or not what was begun earlier has
 * ended (an open loop: a slow answer does not lower the rate).
 *
 * @param options - `delayMs` lets two of them interleave
 * @returns what each gave, in the order they were begun.
 */
export async function atRate<T>(
  options: { perSecond: number; seconds: number; delayMs?: number },
  act: (index: number) => Promise<T>,
): Promise<T[]> {
  const { perSecond, seconds, delayMs = 0 } = options;
  const begin = performance.now() + delayMs;
  const results: Promise<T>[] = [];
  for (let index = 0; index < perSecond * seconds; index++) {
    const wait = begin + (index * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    const result = act(index);
    result.catch(() => undefined); // `all` below tells it
    results.push(result);
  }
  return Promise.all(results);
}
