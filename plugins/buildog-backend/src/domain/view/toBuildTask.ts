import type { Attempt, BuildTask } from '@buildog/plugin-buildog-common';
import type { AttemptRow } from '../AttemptRow';
import type { TaskRow } from '../TaskRow';

/** A task with its attempts, oldest first. Pure. */
export function toBuildTask(task: TaskRow, attempts: AttemptRow[]): BuildTask {
  return {
    id: task.id,
    variant: task.variant,
    platform: task.platform,
    phase: task.phase,
    digest: task.digest,
    size: task.size,
    totalSteps: task.totalSteps,
    cachedSteps: task.cachedSteps,
    completedSteps: task.completedSteps,
    reason: task.reason,
    maxAttempts: task.maxAttempts,
    attempts: attempts
      .filter(attempt => attempt.taskId === task.id)
      .sort((a, b) => a.number - b.number)
      .map(toAttempt),
  };
}

function toAttempt(attempt: AttemptRow): Attempt {
  return {
    id: attempt.id,
    number: attempt.number,
    phase: attempt.phase,
    cluster: attempt.cluster,
    name: attempt.name,
    podName: attempt.podName,
    nodeName: attempt.nodeName,
    reason: attempt.reason,
    createdAt: attempt.createdAt.toISOString(),
    startedAt: attempt.startedAt?.toISOString(),
    finishedAt: attempt.finishedAt?.toISOString(),
    containers: attempt.containers.map(container => ({
      name: container.name,
      state: container.state,
      exitCode: container.exitCode,
      startedAt: container.startedAt?.toISOString(),
      finishedAt: container.finishedAt?.toISOString(),
    })),
  };
}
