import type {
  Platform,
  Reason,
  TaskPhase,
} from '@buildog/plugin-buildog-common';

/** A BuildTask as the store keeps it. */
export interface TaskRow {
  id: string;
  buildId: string;
  /** Position in the plan, from 0. */
  position: number;
  variant: string;
  platform: Platform;
  phase: TaskPhase;
  /** What `publish` claims; confirmed by the registry past Verifying. */
  digest?: string;
  /** Compressed bytes. */
  size?: number;
  totalSteps?: number;
  cachedSteps?: number;
  completedSteps?: number;
  reason?: Reason;
  maxAttempts: number;
  /** While Waiting after an infrastructure failure: when the next attempt may start. */
  retryAt?: Date;
}
