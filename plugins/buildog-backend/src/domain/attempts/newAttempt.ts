import type { Draft } from '../Draft';
import { derivedId, workloadName } from '../names';
import type { TaskRow } from '../TaskRow';

/** Gives a waiting task its next attempt; the workload is asked for after the commit. */
export function newAttempt(draft: Draft, task: TaskRow): void {
  const { build, context, attempts } = draft;
  if (!build.plan) throw new Error(`Build ${build.id} runs without a plan.`);
  const number = attempts.filter(a => a.taskId === task.id).length + 1;
  const id = derivedId(task.id, 'attempt', number);
  attempts.push({
    id,
    buildId: build.id,
    taskId: task.id,
    number,
    phase: 'Requested',
    cluster: build.plan.cluster,
    name: workloadName(context.installationId, id),
    logTransport: build.plan.logTransport,
    containers: [],
    createdAt: draft.now,
    deadlineAt: draft.after(build.plan.deadlineSeconds),
    tries: 0,
  });
  task.phase = 'Starting';
  task.retryAt = undefined;
}
