import type { BuildSnapshot } from '../domain/BuildSnapshot';
import type { OutboxMessage } from '../domain/OutboxMessage';
import type { TaskRow } from '../domain/TaskRow';
import type { Transition } from '../domain/Decision';
import type { FinishedRecord } from '../domain/retention';
import type { BuildStore } from './BuildStore';

/** A build this replica may work on until its lease ends. */
export interface Claim {
  buildId: string;
  /** Unique per claim; a later claim makes it worthless. */
  token: string;
  /** The build as this process has just written it. */
  snapshot?: BuildSnapshot;
}

/** Whether the build's cancel was asked for, or that the claim was lost. */
export type LeaseState = 'Held' | 'CancelRequested' | 'Lost';

/** A build that was let in, with what that changed in its row. */
export interface Admission {
  buildId: string;
  admittedAt: Date;
  sequence: number;
  version: number;
}

/** Who a controller's process is. */
export interface Replica {
  /** Unique per start of the process. */
  id: string;
  host: string;
  pid: number;
}

/** Answer to the wish to move a tag. */
export type TagClaim =
  | { state: 'Granted' }
  /** Another build is moving it just now; ask again soon. */
  | { state: 'Busy' }
  /** A build admitted later has moved it. */
  | { state: 'Newer'; build: { id: string; number: number } };

/** Step counts of a task, for display only: no version, no journal. */
export type StepCounts = Pick<
  TaskRow,
  'totalSteps' | 'cachedSteps' | 'completedSteps'
>;

/**
 * What only the controller does with the store. Leases go by the database's
 * clock; safety rests on `version`, not on the lease.
 */
export interface ControllerStore extends BuildStore {
  /**
   * Before any claim.
   * @throws StoreError `SecondReplica` on SQLite.
   */
  register(replica: Replica): Promise<void>;
  /** Says that the replica lives; on SQLite, that it is the only one. */
  heartbeat(replica: Replica): Promise<void>;
  /** Leaves in good order, giving up its leases. */
  unregister(replicaId: string): Promise<void>;

  /** Leases at most `limit` builds whose wake-up is due, longest due first. */
  claimDueBuilds(options: {
    replicaId: string;
    limit: number;
    leaseMs: number;
  }): Promise<Claim[]>;
  /** Leases one build, due or not; `undefined` when somebody else has it. */
  claimBuild(
    buildId: string,
    options: { replicaId: string; leaseMs: number },
  ): Promise<Claim | undefined>;
  renewLease(claim: Claim, leaseMs: number): Promise<LeaseState>;
  /**
   * Gives the build back. Without `wakeInMs` it sleeps until somebody wakes
   * it; when its version is another one than `version` by now, it is due at
   * once.
   */
  releaseBuild(
    claim: Claim,
    options: { version?: number; wakeInMs: number | undefined },
  ): Promise<void>;

  /**
   * Writes a decision, its journal and its outbox in one transaction, where
   * the version is still the one it was decided on.
   * @returns the new snapshot, or `undefined` when the version has changed.
   */
  commitDecision(transition: Transition): Promise<BuildSnapshot | undefined>;
  /**
   * The only globally serialised decision: lets in as many queued builds as
   * the limits allow, fair between owners.
   * @returns the builds that were let in now.
   */
  admitBuilds(): Promise<Admission[]>;

  claimTag(
    tag: { repository: string; tag: string },
    claimant: { buildId: string; sequence: number; leaseMs: number },
  ): Promise<TagClaim>;
  /** Ends the claim; `moved` remembers the sequence as the highest one. */
  releaseTag(
    tag: { repository: string; tag: string },
    claimant: {
      buildId: string;
      number: number;
      sequence: number;
      moved: boolean;
    },
  ): Promise<void>;

  updateSteps(taskId: string, counts: StepCounts): Promise<void>;
  addIngestToken(
    attemptId: string,
    tokenHash: string,
    expiresAt: Date,
  ): Promise<void>;

  /** Leases messages to deliver; what is not acknowledged comes again. */
  claimOutbox(options: {
    limit: number;
    leaseMs: number;
  }): Promise<OutboxMessage[]>;
  acknowledgeOutbox(ids: number[]): Promise<void>;

  /** Which of the attempts are known, and whether their workload should still live. */
  findAttempts(
    ids: string[],
  ): Promise<Map<string, { buildId: string; live: boolean }>>;
  /** Which of the builds exist. */
  findBuilds(ids: string[]): Promise<Set<string>>;
  /**
   * Finished builds that need no more work, newest first within each
   * configuration, some configurations at a time.
   * @returns `next`: what to give as `after` to go on.
   */
  listFinished(
    after: string | undefined,
  ): Promise<{ builds: FinishedRecord[]; next?: string }>;
  markLogsPurged(buildIds: string[]): Promise<void>;
  /** Removes builds for good, with tasks, attempts, journal and outbox. */
  deleteBuilds(buildIds: string[]): Promise<void>;
  /** Removes idempotency keys, ingest tokens and orphaned configurations that are past their time. */
  deleteExpired(options: {
    idempotencySeconds: number;
    orphanSeconds: number;
  }): Promise<void>;
  /** Cheapest question that shows that the database answers. */
  ping(): Promise<void>;
}
