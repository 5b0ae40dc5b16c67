import { isTerminalAttemptPhase } from '@buildog/plugin-buildog-common';
import type { Draft } from '../Draft';
import type { Observations } from '../Observations';

/** A workload that resists its removal is left to the sweep after this. */
const REMOVAL_SECONDS = 600;

/**
 * Removes ended workloads once their logs are stored. Goes on after the build
 * has ended, and is the last thing the controller does for it.
 */
export function tidyAttempts(draft: Draft, observations: Observations): void {
  if (draft.build.phase === 'Canceling') return;
  for (const attempt of draft.attempts) {
    if (!isTerminalAttemptPhase(attempt.phase)) continue;
    const facts = observations.attempts[attempt.id];
    if (!attempt.logsSettledAt) {
      if (facts?.logsSettled) {
        attempt.logsSettledAt = draft.now;
      } else {
        draft.do({ type: 'settleLogs', attemptId: attempt.id });
        draft.wakeAt(draft.after(draft.context.lifecycle.settleSeconds));
        continue;
      }
    }
    if (attempt.removedAt) continue;
    const since = attempt.finishedAt ?? attempt.deadlineAt;
    if (
      facts?.seen?.state === 'Absent' ||
      draft.passed(since, REMOVAL_SECONDS)
    ) {
      attempt.removedAt = draft.now;
    } else {
      draft.do({
        type: 'removeAttempt',
        attemptId: attempt.id,
        gracePeriodSeconds: draft.context.lifecycle.cancelGraceSeconds,
      });
      draft.wakeAt(draft.after(1));
    }
  }
}
