import type { LoggerService } from '@backstage/backend-plugin-api';
import { sleep } from './sleep';

/** Longest pause before a loop that failed begins again. */
const MAX_PAUSE_MS = 5_000;

/** A loop that ran at least so long had recovered. */
const RECOVERED_MS = 30_000;

/**
 * Runs something that should never end, and begins it again when it does:
 * after an exception or a silent end alike, with growing pauses. Resolves
 * when the signal aborts.
 *
 * @param body - one run; must end soon after the signal aborts.
 */
export async function supervise(
  name: string,
  body: (signal: AbortSignal) => Promise<void>,
  options: { signal: AbortSignal; logger: LoggerService; pauseMs?: number },
): Promise<void> {
  const { signal, logger } = options;
  const firstPause = options.pauseMs ?? 250;
  let pause = firstPause;
  while (!signal.aborted) {
    const since = performance.now();
    try {
      await body(signal);
      if (signal.aborted) return;
      logger.warn(`${name} ended by itself; it begins again`);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn(
        `${name} failed; it begins again in ${pause} ms`,
        error instanceof Error ? error : undefined,
      );
    }
    if (performance.now() - since > RECOVERED_MS) pause = firstPause;
    await sleep(pause, signal);
    pause = Math.min(MAX_PAUSE_MS, pause * 2);
  }
}
