import type { BuildStep, BuildTask } from '@buildog/plugin-buildog-common';

/** `Step 7 of 12`, `Failed at step 9 of 12`; undefined without steps. */
export function stepPlace(
  steps: readonly BuildStep[],
  task: BuildTask,
): string | undefined {
  const total = Math.max(task.totalSteps ?? 0, steps.length);
  const failed = steps.find(step => step.state === 'Failed');
  if (failed) {
    return `Failed at step ${failed.number} of ${total}`;
  }
  const running = steps.find(step => step.state === 'Running');
  if (running) {
    return `Step ${running.number} of ${total}`;
  }
  return undefined;
}
