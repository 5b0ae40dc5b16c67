import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import type { BuildSnapshot } from '../domain/BuildSnapshot';
import { decide } from '../domain/decide';
import type { Decision, Transition } from '../domain/Decision';
import type { Effect } from '../domain/Effect';
import type { Observations } from '../domain/Observations';
import type { EffectContext } from './EffectContext';
import { performEffect } from './effects/performEffect';
import type { Lease } from './Lease';
import { observe } from './observe';

/** A pass that finds no end of decisions has met a bug; the next wake goes on. */
const MAX_ROUNDS = 100;

/** What a pass works with. */
export type PassContext = Omit<EffectContext, 'snapshot' | 'signal'> & {
  /** After each commit, with what it changed. */
  committed(snapshot: BuildSnapshot, transition: Transition): void;
};

/** Where a pass has left its build. */
export interface PassResult {
  version: number;
  /** Absent when the build needs no more work. */
  wakeAt?: Date;
}

/**
 * One pass over a claimed build: observe, then decide, commit and act until
 * there is nothing left to decide. A commit that finds another version reads
 * the build anew and decides again with the facts it has.
 *
 * @returns `undefined` when the build is gone or the claim was lost.
 */
export async function runPass(
  context: PassContext,
  lease: Lease,
): Promise<PassResult | undefined> {
  const { dependencies, installationId, logs } = context;
  const { store, faults } = dependencies;
  const { buildId } = lease.claim;
  let snapshot = lease.claim.snapshot ?? (await store.getBuild(buildId));
  if (!snapshot) return undefined;
  lease.resume(snapshot.build.cancelRequestedAt !== undefined);
  const observations = await observe(
    dependencies,
    installationId,
    snapshot,
    logs,
  );
  const done = new Set<string>();

  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (lease.lost.signal.aborted) return undefined;
    const decision = decide(snapshot, observations, {
      now: dependencies.clock(),
      installationId,
      defaults: dependencies.defaults(),
      lifecycle: dependencies.options.lifecycle,
    });
    if (decision.transition) {
      await faults(
        'before-commit',
        decision.transition.next.build.phase,
        lease,
      );
      const committed: BuildSnapshot | undefined = await store.commitDecision(
        decision.transition,
      );
      if (!committed) {
        snapshot = await store.getBuild(buildId);
        if (!snapshot) return undefined;
        lease.resume(snapshot.build.cancelRequestedAt !== undefined);
        continue;
      }
      snapshot = committed;
      done.clear();
      await faults('after-commit', snapshot.build.phase, lease);
      context.committed(snapshot, decision.transition);
    }
    const effects = decision.effects.filter(e => !done.has(keyOf(e)));
    if (effects.length === 0 && !decision.transition) {
      return {
        version: snapshot.build.version,
        wakeAt: wakeAt(decision, snapshot),
      };
    }
    effects.forEach(effect => done.add(keyOf(effect)));
    const phase = snapshot.build.phase;
    snapshot = await act(context, lease, snapshot, effects, observations);
    if (!snapshot) return undefined;
    if (effects.length > 0) await faults('after-act', phase, lease);
  }
  dependencies.logger.error(
    `Build ${buildId}: no end of decisions in one pass; it goes on later`,
  );
  return { version: snapshot.build.version, wakeAt: dependencies.clock() };
}

/** Does effects side by side and adds what they found to the observations. */
async function act(
  context: PassContext,
  lease: Lease,
  snapshot: BuildSnapshot,
  effects: Effect[],
  observations: Observations,
): Promise<BuildSnapshot | undefined> {
  const { store } = context.dependencies;
  const { signal } = lease;
  const results = await Promise.allSettled(
    effects.map(effect =>
      performEffect({ ...context, snapshot, signal }, effect),
    ),
  );
  let next: BuildSnapshot | undefined = snapshot;
  for (const result of results) {
    if (result.status === 'rejected') {
      // Interrupted by a cancel: the build is read anew below.
      if (signal.aborted) continue;
      throw result.reason;
    }
    const { observed, attempt, snapshot: own } = result.value;
    Object.assign(observations, observed);
    if (attempt) {
      observations.attempts[attempt.id] = {
        ...observations.attempts[attempt.id],
        ...attempt.facts,
      };
    }
    if (own) next = own;
  }
  if (signal.aborted && !lease.lost.signal.aborted) {
    next = await store.getBuild(snapshot.build.id);
    lease.resume(next?.build.cancelRequestedAt !== undefined);
  }
  return next;
}

function keyOf(effect: Effect): string {
  return JSON.stringify(effect);
}

/** A build that ended and whose attempts are gone sleeps for good. */
function wakeAt(decision: Decision, { build, attempts }: BuildSnapshot) {
  const finished =
    isTerminalBuildPhase(build.phase) &&
    attempts.every(attempt => attempt.removedAt && attempt.logsSettledAt);
  return finished ? undefined : decision.wakeAt;
}
