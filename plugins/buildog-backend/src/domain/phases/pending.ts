import type { Draft } from '../Draft';
import type { Observations } from '../Observations';
import { plan } from '../plan';
import { supersedes } from '../supersede';
import { startCanceling } from './canceling';
import { waitOrFail } from './waitOrFail';

/** Finds the commit, then plans. */
export function pending(draft: Draft, { source }: Observations): void {
  const { build, context } = draft;
  if (build.cancelRequestedAt) {
    startCanceling(draft);
    return;
  }
  if (!build.revision && source?.ok) {
    build.revision = source.value.revision;
    build.ref = source.value.ref;
    build.branch = source.value.branch ?? build.branch;
    draft.note(
      'Resolved',
      `${build.branch ?? 'The ref'} is at ${build.revision.slice(0, 8)}.`,
    );
  }
  if (!build.revision) {
    waitOrFail(draft, source, {
      effect: { type: 'resolveSource' },
      since: build.createdAt,
      seconds: context.lifecycle.resolveSeconds,
    });
    return;
  }
  const planned = plan(build, build.revision, context);
  if (!planned.ok) {
    draft.enter('Rejected', planned.reason.message, planned.reason);
    return;
  }
  build.plan = planned.plan;
  build.policyRevision = context.defaults.revision;
  build.queuedAt = draft.now;
  draft.supersedes = supersedes(build);
  draft.enter('Queued', 'Waits to be admitted.');
}
