import type { AttemptRow } from './AttemptRow';
import type { BuildSnapshot } from './BuildSnapshot';
import type { Effect } from './Effect';
import type { NewJournalEvent } from './JournalEvent';
import type { NewOutboxMessage } from './OutboxMessage';
import type { SupersedeScope } from './supersede';
import type { TaskRow } from './TaskRow';

/** What a decision changes, all in one transaction. */
export interface Transition {
  /** The snapshot after the change, `version` not yet grown. */
  next: BuildSnapshot;
  /** Rows of `next` that differ or are new; the build itself always counts. */
  tasks: TaskRow[];
  attempts: AttemptRow[];
  journal: NewJournalEvent[];
  outbox: NewOutboxMessage[];
  /** Waiting builds that this one makes superfluous. */
  supersedes?: SupersedeScope;
}

/**
 * What `decide` says: what becomes true now (nothing when `transition` is
 * absent), what to do then, and when to look again at the latest. Without
 * `wakeAt` the build never needs the controller again by itself.
 */
export interface Decision {
  transition?: Transition;
  effects: Effect[];
  wakeAt?: Date;
}
