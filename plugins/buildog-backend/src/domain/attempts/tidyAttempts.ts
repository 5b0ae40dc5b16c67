import { isTerminalAttemptPhase } from '@buildog/plugin-buildog-common';
import type { Draft } from '../Draft';
import type { Observations } from '../Observations';

/** Logs that cannot be had, and a workload that resists its removal, are given up after this; the sweep ends the rest. */
const PATIENCE_SECONDS = 600;

/**
 * Removes ended workloads once their logs are stored. Goes on after the build
 * has ended, and is the last thing the controller does for it.
 */
export function tidyAttempts(draft: Draft, observations: Observations): void {
  if (draft.build.phase === 'Canceling') return;
  for (const attempt of draft.attempts) {
    if (!isTerminalAttemptPhase(attempt.phase)) continue;
    const facts = observations.attempts[attempt.id];
    const since = attempt.finishedAt ?? attempt.deadlineAt;
    const overdue = draft.passed(since, PATIENCE_SECONDS);
    if (!attempt.logsSettledAt) {
      if (facts?.logsSettled || overdue) {
        attempt.logsSettledAt = draft.now;
      } else {
        draft.do({ type: 'settleLogs', attemptId: attempt.id });
        draft.wakeAt(draft.after(draft.context.lifecycle.settleSeconds));
        continue;
      }
    }
    if (attempt.removedAt) continue;
    if (facts?.seen?.state === 'Absent' || overdue) {
      attempt.removedAt = draft.now;
    } else {
      draft.do({
        type: 'removeAttempt',
        attemptId: attempt.id,
        gracePeriodSeconds: draft.context.lifecycle.cancelGraceSeconds,
      });
      draft.wakeAt(draft.after(lookAgainAfter(since, draft.now)));
    }
  }
}

/** Soon at first, for most are gone in a second; then ever more seldom. */
function lookAgainAfter(since: Date, now: Date): number {
  const waited = (now.getTime() - since.getTime()) / 1000;
  return Math.min(30, Math.max(1, waited / 10));
}
