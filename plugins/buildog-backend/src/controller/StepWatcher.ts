import { stepEnd } from './AttemptLogs';
import type { AttemptLogs, LoggedJob } from './AttemptLogs';
import type { ControllerDependencies } from './ControllerDependencies';
import { sleep } from './sleep';

/** How often running tasks are looked at. */
const INTERVAL_MS = 2000;

/**
 * Keeps the step counts of running tasks up to date for lists and pages: one
 * read of what is new in each log, one write when a count has changed.
 */
export class StepWatcher {
  private readonly written = new Map<string, string>();

  constructor(
    private readonly dependencies: ControllerDependencies,
    private readonly logs: AttemptLogs,
  ) {}

  /** Looks every two seconds until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(INTERVAL_MS, signal);
      const live = this.logs.live();
      const ids = new Set(live.map(({ attempt }) => attempt.id));
      for (const id of this.written.keys()) {
        if (!ids.has(id)) this.written.delete(id);
      }
      for (const job of live) {
        if (signal.aborted) return;
        // Before a container has begun there is no line, and waiting
        // attempts may be many.
        if (job.attempt.startedAt) await this.look(job);
      }
    }
  }

  /** Writes the counts of an attempt now. */
  async look(job: LoggedJob): Promise<void> {
    const { store, logger } = this.dependencies;
    const { attempt, task } = job;
    try {
      const reader = this.logs.reader(job);
      await reader.advance();
      const progress = reader.progress(stepEnd(attempt));
      if (!progress) return;
      const text = JSON.stringify(progress);
      if (this.written.get(attempt.id) === text) return;
      this.written.set(attempt.id, text);
      await store.updateSteps(task.id, progress);
    } catch (error) {
      logger.debug(
        `The steps of attempt ${attempt.id} could not be counted`,
        error instanceof Error ? error : undefined,
      );
    }
  }
}
