import {
  isTerminalAttemptPhase,
  isTerminalTaskPhase,
} from '@buildog/plugin-buildog-common';
import type { Draft } from '../Draft';
import type { Observations } from '../Observations';
import { reason } from '../reason';

/** Leaves a phase because somebody asked for it. */
export function startCanceling(draft: Draft): void {
  const by = (draft.build.cancelRequestedBy ?? 'somebody').replace(
    /^user:(default\/)?/,
    '',
  );
  const canceled = reason('CanceledByUser', `Canceled by ${by}.`);
  draft.enter('Canceling', `Cancel requested by ${by}.`, canceled);
}

/**
 * Ends every workload; the build is canceled when they are gone. Past its
 * time it is canceled whatever the cluster says, and the sweep ends the rest.
 */
export function canceling(draft: Draft, observations: Observations): void {
  const { build, context, tasks, attempts } = draft;
  const { cancelSeconds, cancelGraceSeconds } = context.lifecycle;
  const overdue = draft.passed(
    build.phaseTimes.Canceling ?? draft.now,
    cancelSeconds,
  );
  let waiting = false;
  for (const attempt of attempts) {
    if (attempt.removedAt) continue;
    const seen = observations.attempts[attempt.id]?.seen;
    const gone = seen?.state === 'Absent';
    if (gone) attempt.removedAt = draft.now;
    if (!isTerminalAttemptPhase(attempt.phase) && (gone || overdue)) {
      attempt.phase = 'Lost';
      attempt.reason = build.reason;
      attempt.finishedAt = draft.now;
    }
    if (!gone && !overdue) {
      waiting = true;
      draft.do({
        type: 'removeAttempt',
        attemptId: attempt.id,
        gracePeriodSeconds: cancelGraceSeconds,
      });
    }
  }
  if (waiting) {
    draft.wakeAt(draft.after(1));
    return;
  }
  for (const task of tasks) {
    if (!isTerminalTaskPhase(task.phase)) {
      task.phase = 'Canceled';
      task.reason = build.reason;
      task.retryAt = undefined;
    }
  }
  draft.enter('Canceled', 'Canceled. Nothing was tagged.', build.reason);
}
