import type { AttemptRow } from './AttemptRow';
import type { BuildSnapshot } from './BuildSnapshot';

/** The newest attempt of a task. */
export function latestAttempt(
  snapshot: BuildSnapshot,
  taskId: string,
): AttemptRow | undefined {
  return snapshot.attempts
    .filter(attempt => attempt.taskId === taskId)
    .reduce<AttemptRow | undefined>(
      (newest, attempt) =>
        newest && newest.number > attempt.number ? newest : attempt,
      undefined,
    );
}

/** The newest attempt of each task that has one, in the order of the tasks. */
export function latestAttempts(snapshot: BuildSnapshot): AttemptRow[] {
  return snapshot.tasks
    .map(task => latestAttempt(snapshot, task.id))
    .filter(attempt => attempt !== undefined);
}
