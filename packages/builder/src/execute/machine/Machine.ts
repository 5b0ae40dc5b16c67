import type { Finding } from '../Executor';

/** What {@link examineMachine} found out. */
export interface Machine {
  readonly findings: readonly Finding[];
  /** Executors that work here, the preferred one first. */
  readonly executors: readonly ('rootless' | 'local' | 'chroot')[];
  /** `os/architecture` that programs can be run for. */
  readonly platforms: readonly string[];
}
