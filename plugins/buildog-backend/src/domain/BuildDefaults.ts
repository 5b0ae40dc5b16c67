import type { Platform } from '@buildog/plugin-buildog-common';

/** What one job gets. */
export interface JobResources {
  memoryBytes: number;
  ephemeralStorageBytes: number;
  cpuRequestMillis: number;
}

/**
 * What the administrators' configuration says about every build, as
 * `config.ts` read it. `revision` names this state of it (a short hash) and
 * is kept on each Build that was planned with it.
 */
export interface BuildDefaults {
  revision: string;
  /** Name of a configured scheduler. */
  scheduler: string;
  /** Name of a runner, the `cluster` of attempts. */
  cluster: string;
  platforms: Platform[];
  resources: JobResources;
  /** Wall clock of one Attempt, from the request of the workload. */
  deadlineSeconds: number;
  /** Attempts per BuildTask; only infrastructure failures use more than one. */
  maxAttempts: number;
  /**
   * Template of the tag every build gets, such as `v{date}-{shortSha}`. Fields: `date` (YYYYMMDD),
   * `time` (HHMMSS), `shortSha` (8), `sha`, `branch`, `number`.
   */
  tagTemplate: string;
  /** Also move a tag named after the branch. */
  branchTag: boolean;
  /** IANA time zone of `date` and `time` in tags. */
  timeZone: string;
  /** Type of a log transport: `follow` or `sidecar`. */
  logTransport: string;
}
