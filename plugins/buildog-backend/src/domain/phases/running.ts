import { isTerminalTaskPhase } from '@buildog/plugin-buildog-common';
import { advanceAttempt } from '../attempts/advanceAttempt';
import { newAttempt } from '../attempts/newAttempt';
import type { Draft } from '../Draft';
import { latestAttempt } from '../latestAttempts';
import type { Observations } from '../Observations';
import { startCanceling } from './canceling';

/** Runs every task to its end; then verifies what was built, or fails. */
export function running(draft: Draft, observations: Observations): void {
  const { build, tasks } = draft;
  if (build.cancelRequestedAt) {
    startCanceling(draft);
    return;
  }
  for (const task of tasks) {
    if (task.phase === 'Waiting') {
      if (task.retryAt && task.retryAt.getTime() > draft.now.getTime()) {
        draft.wakeAt(task.retryAt);
        continue;
      }
      newAttempt(draft, task);
    }
    const attempt = latestAttempt(draft, task.id);
    if (attempt && !isTerminalTaskPhase(task.phase)) {
      advanceAttempt(draft, task, attempt, observations.attempts[attempt.id]);
    }
  }
  if (!tasks.every(task => isTerminalTaskPhase(task.phase))) return;

  const failed = tasks.filter(task => task.phase === 'Failed');
  if (failed.length > 0) {
    const [{ reason }] = failed;
    draft.enter(
      'Failed',
      failed.length > 1
        ? `${failed.length} of ${tasks.length} tasks failed. ${reason?.message}`
        : reason?.message ?? 'The task failed.',
      reason,
    );
    return;
  }
  draft.enter(
    'Verifying',
    tasks.length === 1
      ? 'Built. The image is published by its digest.'
      : `All ${tasks.length} tasks are built and published by digest.`,
  );
}
