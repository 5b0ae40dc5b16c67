import type { BuildSummary } from '@buildog/plugin-buildog-common';

/** What a list shows, and how many builds wait outside. */
export interface MergedBuilds {
  rows: BuildSummary[];
  waiting: number;
}

/**
 * Brings a fresh page into a list that somebody may be reading: rows change
 * in place, and new ones enter only when `admit` is set. Otherwise they are
 * counted, and the order stays.
 */
export function mergeBuilds(
  shown: readonly BuildSummary[],
  fresh: readonly BuildSummary[],
  admit: boolean,
): MergedBuilds {
  const known = new Set(shown.map(build => build.id));
  const added = fresh.filter(build => !known.has(build.id));
  const newest = Math.max(0, ...shown.map(build => build.number));
  const waiting = added.filter(build => build.number > newest).length;
  if (admit || shown.length === 0 || waiting === 0) {
    return { rows: [...fresh], waiting: 0 };
  }
  const byId = new Map(fresh.map(build => [build.id, build]));
  return { rows: shown.map(build => byId.get(build.id) ?? build), waiting };
}
