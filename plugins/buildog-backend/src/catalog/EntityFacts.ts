import type { EntityStatus } from '@buildog/plugin-buildog-common';

/** What a build needs to know of an entity. */
export interface EntityFacts {
  /** Canonical, lower case. */
  entityRef: string;
  ownerRef?: string;
  repositoryUrl: string;
  /** Branch of the source location; the repository's default one otherwise. */
  branch?: string;
  /** Relative clean path from the repository's root. */
  dockerfile: string;
  /** Relative clean folder; `.` is the repository's root. */
  context: string;
  /** `host/path` */
  image: string;
}

/**
 * Either an entity can be built, or what is missing: a state, a sentence and
 * text to copy.
 */
export type EntityReadiness =
  | { state: 'Ready'; facts: EntityFacts }
  | {
      state: Exclude<EntityStatus['state'], 'Ready'>;
      message: string;
      snippet?: string;
    };
