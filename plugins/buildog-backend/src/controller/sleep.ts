import { setTimeout as wait } from 'node:timers/promises';

/** Resolves after that many milliseconds, or when the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(error => {
    if (!signal.aborted) throw error;
  });
}
