/** How builds run as processes of this machine: `buildog.runner.local`. */
export interface LocalRunnerConfig {
  /** A folder of its own for workspaces, logs and caches. */
  root: string;
  /** Attempts that run at once. */
  concurrency: number;
  limits: {
    /** Of each process of a build; a job's own limit where that is smaller. */
    memoryBytes?: number;
    /** Of the user the backend runs as, all together; nothing for root. */
    processes?: number;
  };
  /** Added to the priority of builds, see nice(1). */
  nice: number;
}
