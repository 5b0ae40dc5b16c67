import type { Build, BuildTask } from '@buildog/plugin-buildog-common';

/** Share of a task's steps that are done, from 0 to 1. */
export function taskProgress(task: BuildTask): number {
  if (task.phase === 'Built') {
    return 1;
  }
  const { completedSteps = 0, totalSteps = 0 } = task;
  return totalSteps > 0 ? Math.min(1, completedSteps / totalSteps) : 0;
}

/** Share of all steps that are done, from 0 to 1. */
export function buildProgress({ tasks }: Pick<Build, 'tasks'>): number {
  return tasks.length > 0
    ? tasks.reduce((sum, task) => sum + taskProgress(task), 0) / tasks.length
    : 0;
}

/** The phase that names the whole: what failed or runs, else the last reached. */
export function currentPhase({
  phases,
}: Pick<Build, 'phases'>): Build['phases'][number] | undefined {
  const reached = phases.filter(
    phase => phase.state !== 'NotStarted' && phase.state !== 'Skipped',
  );
  return (
    phases.find(p => p.state === 'Failed' || p.state === 'Canceled') ??
    phases.find(p => p.state === 'Running') ??
    reached[reached.length - 1] ??
    phases[0]
  );
}
