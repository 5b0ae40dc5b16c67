import type { AttemptRef } from '@buildog/plugin-buildog-node';
import type { AttemptRow } from '../AttemptRow';

/** How runners and log transports know an attempt. Pure. */
export function attemptRef(
  installationId: string,
  attempt: AttemptRow,
): AttemptRef {
  return {
    installationId,
    buildId: attempt.buildId,
    taskId: attempt.taskId,
    attemptId: attempt.id,
    name: attempt.name,
  };
}
