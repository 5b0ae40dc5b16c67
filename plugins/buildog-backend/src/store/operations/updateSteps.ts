import type { Knex } from 'knex';
import type { StepCounts } from '../ControllerStore';

/** Writes the step counts of a task: display only, so without a version. */
export async function updateSteps(
  knex: Knex,
  taskId: string,
  counts: StepCounts,
): Promise<void> {
  await knex('tasks')
    .where({ id: taskId })
    .update({
      total_steps: counts.totalSteps ?? null,
      cached_steps: counts.cachedSteps ?? null,
      completed_steps: counts.completedSteps ?? null,
    });
}
