import type { Reason } from '@buildog/plugin-buildog-common';

/**
 * What a failure means. `Exited`: a container ended by itself; `Lost`: the
 * workload went away, or never ran.
 */
export interface Classified {
  phase: 'Exited' | 'Lost';
  reason: Reason;
  /** The same may work another time; only then, and only for infrastructure. */
  retryable: boolean;
}
