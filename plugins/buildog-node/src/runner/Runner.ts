import type { PreparedJob } from './PreparedJob';
import type { AttemptObservation, AttemptRef } from './AttemptObservation';

/**
 * Runs prepared jobs: `KubernetesRunner` as Jobs, `LocalRunner` as child
 * processes. Called by the controller only, from any replica, repeatedly and
 * concurrently for different attempts; for one attempt calls never overlap
 * within a replica, but may across replicas after a lease was lost. So every
 * method is idempotent, and names are a function of the attempt.
 *
 * Errors are `RunnerError`; `retryable` ones leave the attempt as it is and
 * are tried again with back-off.
 * @public
 */
export interface Runner {
  /** The cluster's name in app-config, or `local`. */
  readonly name: string;
  readonly contractVersion: 1;
  /**
   * Makes sure that the attempt's workload exists. An existing one of the
   * same name is adopted after its labels were checked; a foreign one is an
   * error (`Conflict`). Resolves when the workload was accepted, not when it
   * runs.
   */
  start(
    job: PreparedJob,
    options: { signal: AbortSignal },
  ): Promise<{ uid: string }>;
  /**
   * What is true now, read live (never from a cache) when `fresh` is set.
   * Never throws for a workload that is gone: that is `Absent`.
   */
  observe(
    attempt: AttemptRef,
    options: { fresh: boolean; signal: AbortSignal },
  ): Promise<AttemptObservation>;
  /**
   * Ends the workload and removes all that belongs to it (Job, pods,
   * Secrets). Resolves once the removal was accepted; `observe` says when it
   * is `Absent`. Fine to call when nothing is there.
   */
  remove(
    attempt: AttemptRef,
    options: { gracePeriodSeconds: number; signal: AbortSignal },
  ): Promise<void>;
  /**
   * Calls back with the attempt's id whenever something about it may have
   * changed. A hint only: late, doubled and lost calls are all allowed.
   * Supervised inside; resolves when the signal aborts.
   */
  watch(
    onChange: (attemptId: string) => void,
    options: { signal: AbortSignal },
  ): Promise<void>;
  /**
   * The bytes of a container's output in the format of `LogStreamKey`,
   * from the first line not older than `since` (inclusive, whole seconds),
   * until the container has ended or the signal aborts (then it throws the
   * signal's reason). Waits for the container to start; ends at once for one
   * that never will. A connection that breaks, or ends before the container
   * does, is a retryable `RunnerError`: the caller goes on with `since` and
   * skips what it has.
   */
  followLog(
    attempt: AttemptRef,
    container: string,
    options: { since?: Date; signal: AbortSignal },
  ): AsyncIterable<Uint8Array>;
  /** Whether jobs can be run now; used by readiness and the empty state. */
  check(options: {
    signal: AbortSignal;
  }): Promise<{ ok: true; version: string } | { ok: false; message: string }>;
  /**
   * Every workload of this installation that the runner knows of, for the
   * sweep of orphans.
   */
  list(options: { signal: AbortSignal }): Promise<AttemptRef[]>;
}
