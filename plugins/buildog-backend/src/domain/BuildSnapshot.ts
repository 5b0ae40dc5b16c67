import type { AttemptRow } from './AttemptRow';
import type { BuildRow } from './BuildRow';
import type { TaskRow } from './TaskRow';

/**
 * A Build with its tasks (in the plan's order) and attempts (by number):
 * what `decide` and the views look at.
 */
export interface BuildSnapshot {
  build: BuildRow;
  tasks: TaskRow[];
  attempts: AttemptRow[];
}
