import type { BuildRow } from './BuildRow';

/** Builds that one build makes superfluous while they are not admitted. */
export interface SupersedeScope {
  configId: string;
  branch: string;
  /** Builds with a smaller number. */
  olderThan: number;
}

/**
 * Which waiting builds a build supersedes when it enters the queue: older
 * ones of the same configuration and branch. A retry supersedes nothing, for
 * it keeps the place of its original; neither does a build of a bare commit.
 * Pure.
 */
export function supersedes(build: BuildRow): SupersedeScope | undefined {
  if (build.branch === undefined || build.trigger.kind === 'Retry') {
    return undefined;
  }
  return {
    configId: build.configId,
    branch: build.branch,
    olderThan: build.number,
  };
}
