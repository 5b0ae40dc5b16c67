import type { Draft } from '../Draft';
import { reason } from '../reason';
import { startCanceling } from './canceling';

/** Waits for the admission, or for something that makes it superfluous. */
export function queued(draft: Draft): void {
  const { build, context } = draft;
  if (build.cancelRequestedAt) {
    startCanceling(draft);
    return;
  }
  if (build.admittedAt && build.plan) {
    const { tasks, cluster, scheduler, maxAttempts } = build.plan;
    build.startedAt = draft.now;
    draft.tasks.push(
      ...tasks.map((task, position) => ({
        id: task.id,
        buildId: build.id,
        position,
        variant: task.variant,
        platform: task.platform,
        phase: 'Waiting' as const,
        maxAttempts,
      })),
    );
    draft.enter(
      'Running',
      `${
        tasks.length === 1 ? 'The task starts' : `${tasks.length} tasks start`
      } in ${cluster} with ${scheduler}.`,
    );
    return;
  }
  if (build.supersededBy) {
    const newer = reason(
      'NewerBuild',
      `Never started: #${build.supersededBy.number} builds a newer commit of the branch.`,
    );
    draft.enter('Superseded', newer.message, newer);
    return;
  }
  const since = build.queuedAt ?? build.createdAt;
  if (draft.passed(since, context.lifecycle.queueSeconds)) {
    const late = reason(
      'QueueTimeout',
      `Never started: it waited in the queue for ${Math.round(
        context.lifecycle.queueSeconds / 3600,
      )} h, the longest time allowed.`,
      'Policy',
    );
    draft.enter('Rejected', late.message, late);
    return;
  }
  draft.do({ type: 'admit' });
}
