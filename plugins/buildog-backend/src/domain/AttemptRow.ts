import type {
  Attempt,
  AttemptPhase,
  Reason,
} from '@buildog/plugin-buildog-common';

/** A container of an attempt, as it was seen last. */
export interface AttemptContainer {
  name: string;
  state: Attempt['containers'][number]['state'];
  exitCode?: number;
  startedAt?: Date;
  finishedAt?: Date;
}

/**
 * An Attempt as the store keeps it. The row is written before its workload is
 * asked for, so a crash between the two is repaired by asking again under the
 * same name.
 */
export interface AttemptRow {
  id: string;
  buildId: string;
  taskId: string;
  /** From 1. */
  number: number;
  phase: AttemptPhase;
  /** Name of the runner it is on. */
  cluster: string;
  /** `f(installation, attempt)`: name of the Job or process group. */
  name: string;
  logTransport: string;
  /** The workload's, once it was accepted. */
  uid?: string;
  podName?: string;
  nodeName?: string;
  /** Containers in the order they run. */
  containers: AttemptContainer[];
  reason?: Reason;
  createdAt: Date;
  startedAt?: Date;
  finishedAt?: Date;
  /** Past it the controller removes the workload itself. */
  deadlineAt: Date;
  /** Failed tries to start it, and when the next is due. */
  tries: number;
  retryAt?: Date;
  /** Every byte of its logs is stored, or given up. */
  logsSettledAt?: Date;
  /** Its workload is known to be gone. */
  removedAt?: Date;
}
