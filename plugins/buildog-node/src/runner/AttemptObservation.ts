/**
 * What identifies an attempt's workload wherever it runs. `name` is
 * `f(installationId, attemptId)`; two installations on one cluster never
 * meet.
 * @public
 */
export interface AttemptRef {
  installationId: string;
  buildId: string;
  taskId: string;
  attemptId: string;
  /** A DNS label of at most 63 characters. */
  name: string;
}

/** @public */
export interface ContainerObservation {
  name: string;
  state: 'Waiting' | 'Running' | 'Terminated';
  /** Kubernetes' reason: `ImagePullBackOff`, `OOMKilled`, `Error`, … */
  reason?: string;
  /** Kubernetes' message, or the termination message of a terminated container (≤ 4 KiB, a claim). */
  message?: string;
  exitCode?: number;
  signal?: number;
  startedAt?: Date;
  finishedAt?: Date;
  imageId?: string;
}

/**
 * What a runner saw of an attempt. Facts only; `classifyFailure` gives them a
 * meaning.
 * @public
 */
export type AttemptObservation =
  | { state: 'Absent' }
  | {
      state: 'Present';
      uid: string;
      /** The workload is being removed. */
      removing: boolean;
      /** What the Job controller said, where there is one. */
      jobCondition?: {
        type: 'Complete' | 'Failed';
        reason: string;
        message: string;
      };
      /** Why no pod could be made: quota, admission. */
      createFailure?: { reason: string; message: string };
      pod?: {
        name: string;
        uid: string;
        nodeName?: string;
        phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
        /** Pod-level reason: `Evicted`, `DeadlineExceeded`, `NodeLost`, … */
        reason?: string;
        message?: string;
        createdAt: Date;
        /** Since when and why it can't be scheduled. */
        unschedulable?: { since: Date; message: string };
        /** `DisruptionTarget` condition's reason, where set. */
        disruption?: string;
        removing: boolean;
        containers: ContainerObservation[];
      };
    };
