/** How far a step has come. Dates are ISO 8601. */
export interface StepStatus {
  name: string;
  state: 'Waiting' | 'Running' | 'Terminated';
  reason?: string;
  /** What the step left in its result file, or why it could not be started. */
  message?: string;
  exitCode?: number;
  signal?: number;
  startedAt?: string;
  finishedAt?: string;
}

/** How far an attempt has come. Its supervisor alone writes it. */
export interface AttemptStatus {
  version: 1;
  steps: StepStatus[];
  /** The supervisor does nothing more; who removes the attempt does it alone. */
  over?: true;
  /** Present when no step will be started any more. */
  finished?: {
    type: 'Complete' | 'Failed';
    /** As the Job controller of Kubernetes names it. */
    reason: string;
    message: string;
  };
}

/** What is true before the supervisor has said anything. */
export function initialStatus(names: readonly string[]): AttemptStatus {
  return {
    version: 1,
    steps: names.map(name => ({ name, state: 'Waiting' })),
  };
}
