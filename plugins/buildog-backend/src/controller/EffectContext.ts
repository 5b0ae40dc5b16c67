import type { AttemptRow } from '../domain/AttemptRow';
import type { BuildSnapshot } from '../domain/BuildSnapshot';
import type { Observations } from '../domain/Observations';
import type { Admission } from '../store/ControllerStore';
import type { Coalesced } from './Coalesced';
import type { AttemptLogs } from './AttemptLogs';
import type { ControllerDependencies } from './ControllerDependencies';

/** What an effect works with. */
export interface EffectContext {
  dependencies: ControllerDependencies;
  installationId: string;
  snapshot: BuildSnapshot;
  /** Aborts when the replica stops, the claim is lost or a cancel was asked for. */
  signal: AbortSignal;
  /** Aborts when the replica stops, for work that outlives the pass. */
  stopped: AbortSignal;
  logs: AttemptLogs;
  /** The serialised admission, once for all builds of this replica that ask at once. */
  admissions: Coalesced<Admission[]>;
  /** Has other builds looked at. */
  wake(buildId: string): void;
}

/** What an effect found out. */
export interface EffectResult {
  observed?: Partial<Omit<Observations, 'attempts'>>;
  /** About one attempt. */
  attempt?: { id: string; facts: Observations['attempts'][string] };
  /** The build as the effect itself left it in the store. */
  snapshot?: BuildSnapshot;
}

/**
 * The attempt an effect is about.
 * @throws Error when the snapshot has none: a bug.
 */
export function attemptOf(
  snapshot: BuildSnapshot,
  attemptId: string,
): AttemptRow {
  const attempt = snapshot.attempts.find(({ id }) => id === attemptId);
  if (!attempt) throw new Error(`Build has no attempt ${attemptId}.`);
  return attempt;
}

/** As {@link attemptOf}, with the task and the plan. */
export function jobOf(snapshot: BuildSnapshot, attemptId: string) {
  const attempt = attemptOf(snapshot, attemptId);
  const task = snapshot.tasks.find(({ id }) => id === attempt.taskId);
  const { build } = snapshot;
  if (!task || !build.plan) {
    throw new Error(`Attempt ${attemptId} has no task or plan.`);
  }
  return { attempt, task, build, plan: build.plan };
}
