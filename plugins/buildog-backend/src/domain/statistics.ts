const DAYS_30 = 30 * 86_400_000;

/** Of the last 30 days and the 30 before, without canceled, superseded and rejected builds. */
export interface BuildStatistics {
  finished: number;
  succeeded: number;
  /** Median duration of succeeded builds of the last 30 days. */
  medianSeconds?: number;
  /** The same of the 30 days before. */
  medianSecondsBefore?: number;
}

/** A build that succeeded or failed. */
export interface FinishedBuild {
  succeeded: boolean;
  startedAt: Date;
  finishedAt: Date;
}

/** Counts and medians. Pure. */
export function summarise(builds: FinishedBuild[], now: Date): BuildStatistics {
  const age = (build: FinishedBuild) =>
    now.getTime() - build.finishedAt.getTime();
  const recent = builds.filter(build => age(build) < DAYS_30);
  const before = builds.filter(
    build => age(build) >= DAYS_30 && age(build) < 2 * DAYS_30,
  );
  return {
    finished: recent.length,
    succeeded: recent.filter(build => build.succeeded).length,
    medianSeconds: medianSeconds(recent),
    medianSecondsBefore: medianSeconds(before),
  };
}

function medianSeconds(builds: FinishedBuild[]): number | undefined {
  const seconds = builds
    .filter(build => build.succeeded)
    .map(b => (b.finishedAt.getTime() - b.startedAt.getTime()) / 1000)
    .sort((a, b) => a - b);
  if (seconds.length === 0) return undefined;
  const middle = Math.floor(seconds.length / 2);
  return seconds.length % 2 === 1
    ? seconds[middle]
    : (seconds[middle - 1] + seconds[middle]) / 2;
}
