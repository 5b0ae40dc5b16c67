import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import type { BuildPhase, Reason } from '@buildog/plugin-buildog-common';
import type { AttemptRow } from './AttemptRow';
import type { BuildRow } from './BuildRow';
import type { BuildSnapshot } from './BuildSnapshot';
import type { DecideContext } from './DecideContext';
import type { Decision } from './Decision';
import type { Effect } from './Effect';
import type { NewJournalEvent } from './JournalEvent';
import type { NewOutboxMessage } from './OutboxMessage';
import type { SupersedeScope } from './supersede';
import type { TaskRow } from './TaskRow';
import { mayEnter } from './transitions';

/**
 * A decision in the making: a copy of the snapshot that the rules of each
 * phase change. The snapshot itself stays as it is.
 */
export class Draft {
  readonly build: BuildRow;
  readonly tasks: TaskRow[];
  readonly attempts: AttemptRow[];
  supersedes?: SupersedeScope;

  private readonly journal: NewJournalEvent[] = [];
  private readonly outbox: NewOutboxMessage[] = [];
  private readonly effects: Effect[] = [];
  private wakeMs?: number;

  constructor(
    private readonly before: BuildSnapshot,
    readonly context: DecideContext,
  ) {
    this.build = {
      ...before.build,
      phaseTimes: { ...before.build.phaseTimes },
    };
    this.tasks = before.tasks.map(task => ({ ...task }));
    this.attempts = before.attempts.map(attempt => ({ ...attempt }));
  }

  get now(): Date {
    return this.context.now;
  }

  /** Now plus that many seconds. */
  after(seconds: number): Date {
    return new Date(this.now.getTime() + seconds * 1000);
  }

  /** Whether that many seconds have passed since an instant. */
  passed(since: Date, seconds: number): boolean {
    return this.now.getTime() >= since.getTime() + seconds * 1000;
  }

  /**
   * Enters a phase, with a sentence for the history.
   * @throws Error for a transition that the table does not have: a bug.
   */
  enter(phase: BuildPhase, event: string, reason?: Reason): void {
    const { build } = this;
    if (!mayEnter(build.phase, phase)) {
      throw new Error(`A build cannot go from ${build.phase} to ${phase}.`);
    }
    build.phase = phase;
    build.phaseTimes[phase] = this.now;
    build.tries = 0;
    build.retryAt = undefined;
    if (reason) build.reason = reason;
    if (isTerminalBuildPhase(phase)) build.finishedAt = this.now;
    this.note(phase, event);
    this.outbox.push({
      buildId: build.id,
      type: 'PhaseChanged',
      phase,
      entityRef: build.entityRef,
      ownerRef: build.ownerRef,
      number: build.number,
      triggeredBy: build.trigger.by,
      message: reason?.message,
      at: this.now,
    });
  }

  /** Adds a line to the history. */
  note(type: string, message: string): void {
    this.journal.push({ type, message, at: this.now });
  }

  /** Has something done after the commit; the same thing only once. */
  do(effect: Effect): void {
    const key = JSON.stringify(effect);
    if (!this.effects.some(other => JSON.stringify(other) === key)) {
      this.effects.push(effect);
    }
  }

  /** Has the build looked at again by then. */
  wakeAt(at: Date): void {
    const ms = Math.max(at.getTime(), this.now.getTime());
    this.wakeMs = Math.min(this.wakeMs ?? ms, ms);
  }

  toDecision(): Decision {
    const { build, tasks, attempts } = this;
    const changedTasks = changed(this.before.tasks, tasks);
    const changedAttempts = changed(this.before.attempts, attempts);
    const isChanged =
      !same(this.before.build, build) ||
      changedTasks.length > 0 ||
      changedAttempts.length > 0 ||
      this.journal.length > 0;
    return {
      transition: isChanged
        ? {
            next: { build, tasks, attempts },
            tasks: changedTasks,
            attempts: changedAttempts,
            journal: this.journal,
            outbox: this.outbox,
            supersedes: this.supersedes,
          }
        : undefined,
      effects: this.effects,
      wakeAt: this.wakeMs === undefined ? undefined : new Date(this.wakeMs),
    };
  }
}

function changed<T extends { id: string }>(before: T[], after: T[]): T[] {
  const old = new Map(before.map(row => [row.id, row]));
  return after.filter(row => !same(old.get(row.id), row));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
