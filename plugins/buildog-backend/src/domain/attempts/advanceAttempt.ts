import type { AttemptRow } from '../AttemptRow';
import { backoffMs } from '../backoff';
import type { Draft } from '../Draft';
import { reason } from '../reason';
import type { AttemptFacts, EffectFailure } from '../Observations';
import type { TaskRow } from '../TaskRow';
import { endAttempt } from './endAttempt';
import { followAttempt } from './followAttempt';

/** Brings an attempt forward by what is known of it. */
export function advanceAttempt(
  draft: Draft,
  task: TaskRow,
  attempt: AttemptRow,
  facts: AttemptFacts | undefined,
): void {
  if (attempt.phase === 'Requested') {
    const started = facts?.started;
    if (started?.ok) {
      attempt.phase = 'Created';
      attempt.uid = started.value.uid;
      attempt.tries = 0;
      attempt.retryAt = undefined;
    } else {
      startOrGiveUp(draft, task, attempt, started?.failure);
      return;
    }
  }
  followAttempt(draft, task, attempt, facts);
}

function startOrGiveUp(
  draft: Draft,
  task: TaskRow,
  attempt: AttemptRow,
  failure: EffectFailure | undefined,
): void {
  const backingOff =
    attempt.retryAt && attempt.retryAt.getTime() > draft.now.getTime();
  if (failure && !backingOff) {
    if (!failure.retryable) {
      endAttempt(draft, task, attempt, {
        phase: 'Lost',
        reason: failure.reason,
        retryable: false,
      });
      return;
    }
    attempt.tries += 1;
    attempt.retryAt = new Date(
      draft.now.getTime() + backoffMs(attempt.tries, failure.retryAfterMs),
    );
    if (attempt.tries === 1) draft.note('Retrying', failure.reason.message);
  }
  if (draft.passed(attempt.deadlineAt, 0)) {
    endAttempt(draft, task, attempt, {
      phase: 'Lost',
      reason:
        failure?.reason ??
        reason(
          'ClusterUnreachable',
          `${attempt.cluster} took no job until the deadline.`,
        ),
      retryable: true,
    });
  } else if (
    attempt.retryAt &&
    attempt.retryAt.getTime() > draft.now.getTime()
  ) {
    draft.wakeAt(attempt.retryAt);
  } else {
    draft.do({ type: 'startAttempt', attemptId: attempt.id });
  }
}
