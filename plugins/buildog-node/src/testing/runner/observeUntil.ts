import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AttemptObservation,
  AttemptRef,
  ContainerObservation,
} from '../../runner/AttemptObservation';
import type { Runner } from '../../runner/Runner';

type Present = Extract<AttemptObservation, { state: 'Present' }>;

/**
 * Looks at an attempt, live, until what it sees satisfies `holds`.
 *
 * @throws Error with the last observation after `timeoutMs` (default 60 s).
 * @public
 */
export async function observeUntil(
  runner: Runner,
  attempt: AttemptRef,
  holds: (seen: AttemptObservation) => boolean,
  timeoutMs = 60_000,
): Promise<AttemptObservation> {
  const signal = AbortSignal.timeout(timeoutMs);
  let seen: AttemptObservation | undefined;
  for (;;) {
    try {
      seen = await runner.observe(attempt, { fresh: true, signal });
      if (holds(seen)) return seen;
      await sleep(100, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Error(
        `not seen within ${timeoutMs} ms; last: ${JSON.stringify(seen)}`,
      );
    }
  }
}

/**
 * As {@link observeUntil}, for a workload that is there.
 * @public
 */
export async function presentUntil(
  runner: Runner,
  attempt: AttemptRef,
  holds: (seen: Present) => boolean,
  timeoutMs?: number,
): Promise<Present> {
  const seen = await observeUntil(
    runner,
    attempt,
    candidate => candidate.state === 'Present' && holds(candidate),
    timeoutMs,
  );
  if (seen.state !== 'Present') throw new Error('unreachable');
  return seen;
}

/** A container of an observation. @public */
export function containerOf(
  seen: AttemptObservation,
  name: string,
): ContainerObservation | undefined {
  return seen.state === 'Present'
    ? seen.pod?.containers.find(container => container.name === name)
    : undefined;
}

/** Whether a container has ended. @public */
export function hasEnded(seen: AttemptObservation, name: string): boolean {
  return containerOf(seen, name)?.state === 'Terminated';
}
