import type {
  AttemptObservation,
  AttemptRef,
  Runner,
} from '@buildog/plugin-buildog-node';
import { isTerminalAttemptPhase } from '@buildog/plugin-buildog-common';
import { attemptRef } from '../domain/attempts/attemptRef';
import type { AttemptRow } from '../domain/AttemptRow';
import type { BuildSnapshot } from '../domain/BuildSnapshot';
import type { AttemptFacts, Observations } from '../domain/Observations';
import type { AttemptLogs } from './AttemptLogs';
import type { ControllerDependencies } from './ControllerDependencies';

/** Longest time for a cluster to say what it sees. */
const TIMEOUT_MS = 15_000;

/**
 * Looks at everything a decision may need. A runner that does not answer
 * leaves its attempts unseen; that is not a failure of the build.
 */
export async function observe(
  dependencies: ControllerDependencies,
  installationId: string,
  snapshot: BuildSnapshot,
  logs: AttemptLogs,
): Promise<Observations> {
  const canceling =
    snapshot.build.phase === 'Canceling' ||
    snapshot.build.cancelRequestedAt !== undefined;
  const facts = await Promise.all(
    snapshot.attempts
      .filter(attempt => !attempt.removedAt || !attempt.logsSettledAt)
      .map(
        async (attempt): Promise<[string, AttemptFacts]> => [
          attempt.id,
          {
            logsSettled: logs.isSettled(attempt.id) || undefined,
            seen: needsLook(attempt, canceling)
              ? await look(
                  dependencies,
                  attemptRef(installationId, attempt),
                  attempt,
                )
              : undefined,
          },
        ],
      ),
  );
  return { attempts: Object.fromEntries(facts) };
}

/** A requested attempt is asked for again anyway; an ended one waits for its logs. */
function needsLook(attempt: AttemptRow, canceling: boolean): boolean {
  if (attempt.removedAt) return false;
  if (canceling) return true;
  if (isTerminalAttemptPhase(attempt.phase)) {
    return attempt.logsSettledAt !== undefined;
  }
  return attempt.phase !== 'Requested';
}

async function look(
  { runners, logger }: ControllerDependencies,
  ref: AttemptRef,
  attempt: AttemptRow,
): Promise<AttemptObservation | undefined> {
  const runner = runners.get(attempt.cluster);
  if (!runner) {
    logger.error(
      `Attempt ${attempt.id} runs on ${attempt.cluster}, which is not configured any more`,
    );
    return undefined;
  }
  try {
    return await lookTwice(runner, ref);
  } catch (error) {
    logger.warn(
      `Runner ${attempt.cluster} does not say how attempt ${attempt.id} is`,
      error instanceof Error ? error : undefined,
    );
    return undefined;
  }
}

/** A cache may be late: that a workload is gone is believed only live. */
async function lookTwice(
  runner: Runner,
  ref: AttemptRef,
): Promise<AttemptObservation> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const cached = await runner.observe(ref, { fresh: false, signal });
  return cached.state === 'Absent'
    ? runner.observe(ref, { fresh: true, signal })
    : cached;
}
