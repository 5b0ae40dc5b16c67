import type { AttemptRow } from '../AttemptRow';
import { attemptBackoffMs } from '../backoff';
import type { Draft } from '../Draft';
import type { Classified } from '../failures/Classified';
import type { TaskRow } from '../TaskRow';

/**
 * Ends an attempt that failed. Only an infrastructure failure that may pass
 * gives the task another one, up to its `maxAttempts`.
 */
export function endAttempt(
  draft: Draft,
  task: TaskRow,
  attempt: AttemptRow,
  failure: Classified,
): void {
  const { reason, retryable, phase } = failure;
  attempt.phase = phase;
  attempt.reason = reason;
  attempt.finishedAt = draft.now;
  if (
    retryable &&
    reason.category === 'Infrastructure' &&
    attempt.number < task.maxAttempts
  ) {
    const delayMs = attemptBackoffMs(attempt.number);
    task.phase = 'Waiting';
    task.retryAt = new Date(draft.now.getTime() + delayMs);
    draft.wakeAt(task.retryAt);
    const when = delayMs === 0 ? 'now' : `in ${delayMs / 1000} s`;
    draft.note(
      'AttemptFailed',
      `${reason.message} Attempt ${attempt.number + 1} of ${
        task.maxAttempts
      } starts ${when}.`,
    );
    return;
  }
  task.phase = 'Failed';
  task.reason = reason;
}
