import type { Platform } from '@buildog/plugin-buildog-common';

/**
 * What a Build was asked to do: the facts of the entity and the request,
 * validated and frozen when the row is written. A retry copies them; policy
 * ({@link BuildDefaults}) is evaluated anew.
 */
export interface BuildInputs {
  /** Clone URL without credentials. */
  repositoryUrl: string;
  /** Branch that was asked for; absent means the default branch, or that a revision was given. */
  branch?: string;
  /** Full commit SHA that was asked for. */
  revision?: string;
  /** Full ref name beside a revision, for servers that serve tips only. */
  ref?: string;
  /** Relative clean path of the Dockerfile, from the repository's root. */
  dockerfile: string;
  /** Relative clean path of the context; `.` is the repository's root. */
  context: string;
  /** Repositories the image goes to, `host/path`; the first is pushed to. Never empty. */
  destinations: string[];
  /** Instead of the default platforms. */
  platforms?: Platform[];
  /** Instead of the default scheduler: a name of app-config. */
  scheduler?: string;
  /** Instead of the default runner: a name of app-config. */
  cluster?: string;
  /** Last stage to build. */
  target?: string;
  buildArgs?: Record<string, string>;
}
