import type { AttemptObservation } from '@buildog/plugin-buildog-node';
import { readInitResult, readPublishResult } from '../agentResults';
import type { AttemptRow } from '../AttemptRow';
import { classifyFailure } from '../classifyFailure';
import { isBuildContainer } from '../containers';
import type { Draft } from '../Draft';
import { plainText } from '../plainText';
import { reason } from '../reason';
import type { AttemptFacts } from '../Observations';
import type { TaskRow } from '../TaskRow';
import { endAttempt } from './endAttempt';

type Present = Extract<AttemptObservation, { state: 'Present' }>;

/** Follows a workload that exists until its image is published or it failed. */
export function followAttempt(
  draft: Draft,
  task: TaskRow,
  attempt: AttemptRow,
  facts: AttemptFacts | undefined,
): void {
  const { seen } = facts ?? {};
  if (seen?.state === 'Present') copyFacts(draft, task, attempt, seen);
  const publish =
    seen?.state === 'Present'
      ? seen.pod?.containers.find(c => c.name === 'publish')
      : undefined;
  if (publish?.state === 'Terminated' && publish.exitCode === 0) {
    readClaim(draft, task, attempt, publish.message);
    return;
  }

  const verdict = classifyFailure({
    attempt,
    seen,
    facts: facts?.failure,
    plan: draft.build.plan,
    lifecycle: draft.context.lifecycle,
    now: draft.now,
  });
  switch (verdict.state) {
    case 'Failed':
      endAttempt(draft, task, attempt, verdict.failure);
      return;
    case 'NeedsLog':
      draft.do({ type: 'explainFailure', attemptId: attempt.id });
      return;
    default:
      draft.do({ type: 'attachLogs', attemptId: attempt.id });
      if (verdict.lookAgainAt) draft.wakeAt(verdict.lookAgainAt);
      // A workload that was adopted just now may have ended long ago: no
      // watch will tell of it again.
      if (facts?.started) draft.wakeAt(draft.after(1));
  }
}

function copyFacts(
  draft: Draft,
  task: TaskRow,
  attempt: AttemptRow,
  { uid, pod }: Present,
): void {
  attempt.uid = uid;
  if (!pod) return;
  attempt.podName = plainText(pod.name, 253);
  attempt.nodeName = pod.nodeName && plainText(pod.nodeName, 253);
  attempt.containers = pod.containers.map(container => ({
    name: container.name,
    state: container.state,
    exitCode: container.exitCode,
    startedAt: container.startedAt,
    finishedAt: container.finishedAt,
  }));
  const begun = attempt.containers.filter(c => c.startedAt);
  if (begun.length > 0 && attempt.phase === 'Created') {
    attempt.phase = 'Running';
    attempt.startedAt = begun[0].startedAt;
  }
  if (begun.some(container => isBuildContainer(container.name))) {
    task.phase = 'Building';
  }
  const init = pod.containers.find(container => container.name === 'init');
  const fetched =
    init?.exitCode === 0 ? readInitResult(init.message) : undefined;
  if (fetched?.ok && fetched.source.type === 'git') {
    draft.build.subject = plainText(fetched.source.subject, 200);
    draft.build.author = plainText(fetched.source.author, 100);
  }
}

/** Takes what `publish` claims, which ended well; the registry is asked later. */
function readClaim(
  draft: Draft,
  task: TaskRow,
  attempt: AttemptRow,
  message: string | undefined,
): void {
  const result = readPublishResult(message);
  if (!result?.ok || result.repository !== draft.build.plan?.destinations[0]) {
    endAttempt(draft, task, attempt, {
      phase: 'Exited',
      reason: reason(
        'ResultInvalid',
        'publish ended without saying what it pushed where it should.',
      ),
      retryable: true,
    });
    return;
  }
  attempt.phase = 'Exited';
  attempt.finishedAt = draft.now;
  task.phase = 'Built';
  task.digest = result.digest;
  task.size = result.size;
}
