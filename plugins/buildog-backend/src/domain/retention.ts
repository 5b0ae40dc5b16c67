const DAY = 86_400_000;

/** How long finished builds are kept. */
export interface RetentionOptions {
  /** Logs of builds finished longer ago are purged. */
  logDays: number;
  /** Builds finished longer ago are deleted, except the newest ones. */
  buildDays: number;
  /** That many builds of each configuration are kept whatever their age, and its newest succeeded one. */
  keepPerConfig: number;
  /** Builds of an entity that is gone for longer are deleted all. */
  orphanDays: number;
}

/** A finished build, as retention looks at it. */
export interface FinishedRecord {
  id: string;
  configId: string;
  finishedAt: Date;
  succeeded: boolean;
  logsPurged: boolean;
  /** The entity is gone since then. */
  orphanedAt?: Date;
}

/** What retention removes. */
export interface RetentionVerdict {
  /** Builds whose logs go, but which stay. */
  purgeLogs: string[];
  /** Builds that go with their logs. */
  delete: string[];
}

/**
 * Decides on finished builds of whole configurations, newest first within
 * each. What is not finished is never given to it. Pure.
 */
export function retain(
  builds: FinishedRecord[],
  options: RetentionOptions,
  now: Date,
): RetentionVerdict {
  const verdict: RetentionVerdict = { purgeLogs: [], delete: [] };
  const olderThan = (at: Date, days: number) =>
    now.getTime() - at.getTime() > days * DAY;
  const kept = new Map<string, number>();
  const withSuccess = new Set<string>();
  for (const build of builds) {
    const place = (kept.get(build.configId) ?? 0) + 1;
    kept.set(build.configId, place);
    const newestSuccess = build.succeeded && !withSuccess.has(build.configId);
    if (newestSuccess) withSuccess.add(build.configId);

    const orphaned =
      build.orphanedAt !== undefined &&
      olderThan(build.orphanedAt, options.orphanDays);
    const old =
      olderThan(build.finishedAt, options.buildDays) &&
      place > options.keepPerConfig &&
      !newestSuccess;
    if (orphaned || old) {
      verdict.delete.push(build.id);
    } else if (
      !build.logsPurged &&
      olderThan(build.finishedAt, options.logDays)
    ) {
      verdict.purgeLogs.push(build.id);
    }
  }
  return verdict;
}
