import type { AttemptRef } from '../runner/AttemptObservation';

/**
 * How a job's output reaches the log store: `follow` (the controller reads
 * it) or `sidecar` (the pod pushes it). The controller calls `attach` when an
 * attempt's workload exists, and again after a restart; it must go on where
 * the store stopped, losing and repeating nothing. `settle` is called once
 * the workload's containers have ended and before it is removed: it resolves
 * when every byte is stored or `timeoutMs` has passed.
 * @public
 */
export interface LogTransport {
  readonly type: string;
  readonly contractVersion: 1;
  attach(target: LogTarget): void;
  settle(
    target: LogTarget,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<{ complete: boolean }>;
  /** Stops what `attach` began in this process; the store keeps what it has. */
  detach(attemptId: string): void;
}

/** @public */
export interface LogTarget {
  attempt: AttemptRef;
  /** Name of the runner the workload is on. */
  runner: string;
  /** Containers in the order they run. */
  containers: string[];
}
