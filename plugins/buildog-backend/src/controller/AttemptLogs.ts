import type { BuildStep } from '@buildog/plugin-buildog-common';
import { isTerminalAttemptPhase } from '@buildog/plugin-buildog-common';
import type { LogTarget, LogTransport } from '@buildog/plugin-buildog-node';
import { attemptRef } from '../domain/attempts/attemptRef';
import type { AttemptRow } from '../domain/AttemptRow';
import type { BuildPlan } from '../domain/BuildPlan';
import type { BuildSnapshot } from '../domain/BuildSnapshot';
import { buildContainerNames, loggedContainers } from '../domain/containers';
import type { FailureFacts } from '../domain/FailureFacts';
import type { TaskRow } from '../domain/TaskRow';
import { AttemptLogReader } from './AttemptLogReader';
import type { StepEnd } from './AttemptLogReader';
import type { ControllerDependencies } from './ControllerDependencies';
import { prepareBuild } from './prepareJob';

/** An attempt with what is needed to read its logs. */
export interface LoggedJob {
  attempt: AttemptRow;
  task: TaskRow;
  plan: BuildPlan;
}

/** Readers of steps that are kept, the most recently used ones. */
const READERS = 100;

/**
 * What this replica does with the logs of attempts: has them flow, waits for
 * their end, and reads the Dockerfile steps out of them. Everything here is
 * lost with the process and made again by the next pass.
 */
export class AttemptLogs {
  private readonly settling = new Map<string, 'Settling' | 'Settled'>();
  private readonly readers = new Map<string, AttemptLogReader>();
  private readonly attached = new Map<string, LoggedJob>();
  private readonly builds = new Map<string, string>();

  constructor(private readonly dependencies: ControllerDependencies) {}

  /** The build of an attempt that this replica has worked on. */
  buildOf(attemptId: string): string | undefined {
    return this.builds.get(attemptId);
  }

  /** Knows from now on whose attempt it is. */
  remember(attempt: AttemptRow): void {
    this.builds.set(attempt.id, attempt.buildId);
  }

  /** Attempts whose logs flow now. */
  live(): LoggedJob[] {
    return [...this.attached.values()];
  }

  /** Makes sure that the logs flow. */
  attach(installationId: string, job: LoggedJob): void {
    this.remember(job.attempt);
    if (!this.attached.has(job.attempt.id)) {
      this.transport(job.attempt)?.attach(this.target(installationId, job));
    }
    this.attached.set(job.attempt.id, job);
  }

  /**
   * Waits until every byte is stored, or the time for that is over; then
   * closes the streams, so that no reader waits for more.
   */
  async settle(
    installationId: string,
    job: LoggedJob,
    signal: AbortSignal,
  ): Promise<void> {
    const { logStore, logger, options } = this.dependencies;
    const { buildId, id: attemptId } = job.attempt;
    const transport = this.transport(job.attempt);
    const settled = await transport?.settle(this.target(installationId, job), {
      timeoutMs: options.lifecycle.settleSeconds * 1000,
      signal,
    });
    signal.throwIfAborted();
    if (settled && !settled.complete) {
      logger.warn(`Not all logs of attempt ${attemptId} could be had`);
    }
    for (const stream of await logStore.list({ buildId, attemptId })) {
      if (!stream.complete) {
        await logStore.complete({
          buildId,
          attemptId,
          container: stream.container,
        });
      }
    }
    transport?.detach(attemptId);
    this.attached.delete(attemptId);
  }

  /** {@link settle} beside everything else; `done` is called when it is over. */
  settleSoon(
    installationId: string,
    job: LoggedJob,
    signal: AbortSignal,
    done: () => void,
  ): void {
    const { id } = job.attempt;
    if (this.settling.has(id)) return;
    this.settling.set(id, 'Settling');
    this.settle(installationId, job, signal).then(
      () => {
        this.settling.set(id, 'Settled');
        done();
      },
      error => {
        this.settling.delete(id);
        if (!signal.aborted) {
          this.dependencies.logger.warn(
            `The logs of attempt ${id} could not be settled; tried again`,
            error,
          );
        }
      },
    );
  }

  isSettled(attemptId: string): boolean {
    return this.settling.get(attemptId) === 'Settled';
  }

  /** Forgets an attempt that needs no more work. */
  forget(attemptId: string): void {
    this.settling.delete(attemptId);
    this.builds.delete(attemptId);
    this.attached.delete(attemptId);
  }

  /** Stops reading; the store keeps what it has. */
  detachAll(): void {
    for (const { attempt } of this.attached.values()) {
      this.transport(attempt)?.detach(attempt.id);
    }
    this.attached.clear();
  }

  /** What the log says about a build that failed. */
  async explain(job: LoggedJob): Promise<FailureFacts> {
    const reader = this.reader(job);
    await reader.advance();
    return reader.failure();
  }

  /** Reader of an attempt's steps; shared, so that each byte is read once. */
  reader({ attempt, plan }: LoggedJob): AttemptLogReader {
    const known = this.readers.get(attempt.id);
    const { logStore, schedulers } = this.dependencies;
    const reader =
      known ??
      new AttemptLogReader(
        logStore,
        { buildId: attempt.buildId, attemptId: attempt.id },
        () =>
          schedulers.get(plan.scheduler)?.scheduler.createLogParser() ?? {
            readLine: text => ({ type: 'output', text }),
          },
      );
    this.readers.delete(attempt.id);
    this.readers.set(attempt.id, reader);
    if (this.readers.size > READERS) {
      this.readers.delete([...this.readers.keys()][0]);
    }
    return reader;
  }

  /** Dockerfile steps of an attempt until now; none when it does not exist. */
  async steps(
    { build, tasks, attempts }: BuildSnapshot,
    attemptId: string,
  ): Promise<BuildStep[]> {
    const attempt = attempts.find(({ id }) => id === attemptId);
    const task = tasks.find(({ id }) => id === attempt?.taskId);
    if (!attempt || !task || !build.plan) return [];
    const reader = this.reader({ attempt, task, plan: build.plan });
    await reader.advance();
    return reader.steps(stepEnd(attempt));
  }

  private transport(attempt: AttemptRow): LogTransport | undefined {
    const { logTransports, logger } = this.dependencies;
    const transport = logTransports.get(attempt.logTransport);
    if (!transport) {
      logger.error(
        `There is no log transport ${attempt.logTransport} for attempt ${attempt.id}`,
      );
    }
    return transport;
  }

  private target(installationId: string, job: LoggedJob): LogTarget {
    const { attempt, plan, task } = job;
    let build = ['build'];
    try {
      build = buildContainerNames(prepareBuild(this.dependencies, plan, task));
    } catch (error) {
      this.dependencies.logger.warn(
        `Scheduler ${plan.scheduler} no longer says which containers attempt ${attempt.id} has`,
        error instanceof Error ? error : undefined,
      );
    }
    return {
      attempt: attemptRef(installationId, attempt),
      runner: attempt.cluster,
      containers: loggedContainers(build),
    };
  }
}

/** How the running step of an attempt ended, once the attempt has. */
export function stepEnd(attempt: AttemptRow): StepEnd {
  if (!isTerminalAttemptPhase(attempt.phase)) return undefined;
  return attempt.reason ? 'Failed' : 'Done';
}
