import { backoffMs } from '../backoff';
import type { Draft } from '../Draft';
import type { Effect } from '../Effect';
import type { Outcome } from '../Observations';

/**
 * Has an effect of the present phase done, again after failures that may
 * pass, and fails the build when one will not, or the time is over. A failure
 * during a back-off has been counted already.
 */
export function waitOrFail(
  draft: Draft,
  outcome: Outcome<unknown> | undefined,
  work: { effect: Effect; since: Date; seconds: number },
): void {
  const { build } = draft;
  const backingOff =
    build.retryAt !== undefined &&
    build.retryAt.getTime() > draft.now.getTime();
  if (!backingOff && outcome && !outcome.ok) {
    const { failure } = outcome;
    if (!failure.retryable || draft.passed(work.since, work.seconds)) {
      draft.enter('Failed', failure.reason.message, failure.reason);
      return;
    }
    build.tries += 1;
    build.retryAt = new Date(
      draft.now.getTime() + backoffMs(build.tries, failure.retryAfterMs),
    );
    if (build.tries === 1) draft.note('Retrying', failure.reason.message);
  }
  if (build.retryAt && build.retryAt.getTime() > draft.now.getTime()) {
    draft.wakeAt(build.retryAt);
  } else {
    draft.do(work.effect);
  }
}
