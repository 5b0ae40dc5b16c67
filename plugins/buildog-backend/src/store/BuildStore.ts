import type { BuildPhase, TriggerKind } from '@buildog/plugin-buildog-common';
import type { AdmissionMode, ControllerState } from '../domain/ControllerState';
import type { BuildConfigRow } from '../domain/BuildConfigRow';
import type { BuildRow } from '../domain/BuildRow';
import type { BuildSnapshot } from '../domain/BuildSnapshot';
import type { JournalEvent } from '../domain/JournalEvent';
import type { QueuePlace } from '../domain/admission';
import type { BuildStatistics } from '../domain/statistics';
import type { BuildFilter } from './BuildFilter';
import type { Idempotency, NewBuild } from './NewBuild';

/** Newest first. All conditions hold together. */
export interface ListBuildsOptions {
  entityRef?: string;
  phase?: BuildPhase[];
  branch?: string;
  variant?: string;
  trigger?: TriggerKind[];
  /** What the caller may see; absent means everything. */
  filter?: BuildFilter;
  /** Opaque, from the page before. */
  cursor?: string;
  /** From 1 to 100. */
  limit: number;
}

/** One page of builds, each with its tasks and attempts. */
export interface BuildPage {
  items: BuildSnapshot[];
  /** Absent on the last page. */
  nextCursor?: string;
}

/**
 * Commands and reads for the API and the views. Authorisation is the
 * caller's. Every command is one transaction; none waits for the controller:
 * call `BuildController.wake` with the id afterwards.
 *
 * Errors: `StoreError`, or the database's own.
 */
export interface BuildStore {
  /**
   * Writes a Build in `Pending`, numbered per BuildConfig (which is made when
   * it is the entity's first), claims its repositories, and marks older
   * queued builds of the same configuration and branch as superseded once it
   * is queued itself. With an idempotency key that was seen before, answers
   * the build of then with `created: false`.
   *
   * @throws StoreError `RepositoryClaimed`, `IdempotencyKeyReused`, `Draining`.
   */
  insertBuild(
    request: NewBuild,
    options?: { idempotency?: Idempotency },
  ): Promise<{ build: BuildRow; created: boolean }>;
  /**
   * Same commit, same inputs, policy anew. Only of a finished build whose
   * commit is known.
   * @throws StoreError `NotFound`, `InvalidState`, and those of `insertBuild`.
   */
  retryBuild(
    id: string,
    by: string,
    options?: { idempotency?: Idempotency },
  ): Promise<{ build: BuildRow; created: boolean }>;
  /**
   * The branch resolved anew (or the default branch). Only of a finished
   * build.
   * @throws StoreError `NotFound`, `InvalidState`, and those of `insertBuild`.
   */
  rebuild(
    id: string,
    by: string,
    options?: { idempotency?: Idempotency },
  ): Promise<{ build: BuildRow; created: boolean }>;
  /**
   * Asks for the end of a build. Idempotent: the first one counts.
   * @throws StoreError `NotFound`, `InvalidState` once tags move.
   */
  requestCancel(id: string, by: string): Promise<BuildRow>;

  getBuild(id: string): Promise<BuildSnapshot | undefined>;
  /** By the number on an entity's page. */
  getBuildByNumber(
    entityRef: string,
    number: number,
  ): Promise<BuildSnapshot | undefined>;
  /** @throws StoreError `InvalidCursor`. */
  listBuilds(options: ListBuildsOptions): Promise<BuildPage>;
  /** History of a build, oldest first; `after` is the last id one has. */
  listEvents(buildId: string, after?: number): Promise<JournalEvent[]>;
  /** Why each queued build waits, by build id. */
  getQueue(): Promise<Map<string, QueuePlace>>;
  /** The newest succeeded build that moved a tag. */
  getLatestSucceeded(entityRef: string): Promise<BuildSnapshot | undefined>;
  getStatistics(entityRef: string): Promise<BuildStatistics>;

  getConfig(entityRef: string): Promise<BuildConfigRow | undefined>;
  /** All configurations by id, a page at a time, for the sweep of orphans. */
  listConfigs(options: {
    after?: string;
    limit: number;
  }): Promise<{ id: string; entityRef: string; orphaned: boolean }[]>;
  /** The entity has a new ref; its builds follow. @throws StoreError `NotFound`, `InvalidState` when the new ref has builds. */
  renameConfig(from: string, to: string): Promise<void>;
  /** The entity is gone (`true`) or back (`false`). */
  setConfigOrphaned(entityRef: string, orphaned: boolean): Promise<void>;

  /**
   * Whose logs a sidecar may write: the attempt's build when a token of that
   * hash was minted for the attempt and has not expired.
   */
  authorizeIngest(
    attemptId: string,
    tokenHash: string,
  ): Promise<{ buildId: string } | undefined>;

  /** The installation id is there as soon as the store is open. */
  getControllerState(): Promise<ControllerState>;
  setAdmissionMode(mode: AdmissionMode, by: string): Promise<ControllerState>;
}
