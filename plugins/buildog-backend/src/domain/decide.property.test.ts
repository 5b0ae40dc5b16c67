import * as fc from 'fast-check';
import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import type { BuildSnapshot } from './BuildSnapshot';
import { decide } from './decide';
import type { AttemptFacts, Observations } from './Observations';
import { reason } from './reason';
import { mayEnter } from './transitions';
import {
  buildRow,
  contextAt,
  present,
  runningSnapshot,
  testContext,
} from './__testUtils__/fixtures';

const failure = (code: string, retryable: boolean) => ({
  ok: false as const,
  failure: { reason: reason(code, `${code}.`), retryable },
});
const outcome = <T>(value: T, code: string) =>
  fc.constantFrom(
    undefined,
    { ok: true as const, value },
    failure(code, true),
    failure(code, false),
  );
const container = fc.record({
  name: fc.constantFrom('init', 'build', 'publish', 'sidecar'),
  state: fc.constantFrom(
    'Waiting' as const,
    'Running' as const,
    'Terminated' as const,
  ),
  exitCode: fc.constantFrom(undefined, 0, 1, 137),
  reason: fc.constantFrom(undefined, 'OOMKilled', 'ErrImagePull', 'Error'),
  message: fc.constantFrom(
    undefined,
    'not a result',
    JSON.stringify({
      protocolVersion: 1,
      program: 'publish',
      ok: true,
      repository: 'registry.example.com/payments-api',
      digest: `sha256:${'7b'.repeat(32)}`,
      mediaType: 'm',
      size: 1,
      platform: { os: 'linux', architecture: 'amd64' },
      layers: 1,
      pushedBytes: 1,
      mountedBlobs: 0,
      existingBlobs: 0,
      seconds: 1,
    }),
  ),
});
const seen = fc.oneof(
  fc.constant(undefined),
  fc.constant({ state: 'Absent' as const }),
  fc
    .record({
      phase: fc.constantFrom('Pending', 'Running', 'Failed', 'Succeeded'),
      reason: fc.constantFrom(undefined, 'Evicted', 'NodeLost'),
      removing: fc.boolean(),
      containers: fc.array(container, { maxLength: 4 }),
    })
    .map(pod => present(pod as never)),
);
const facts: fc.Arbitrary<AttemptFacts> = fc.record({
  seen,
  started: outcome({ uid: 'u' }, 'ClusterUnreachable'),
  failure: fc.constantFrom(undefined, { seccompRefused: false }),
  logsSettled: fc.boolean(),
});

interface Round {
  /** Seconds until this round. */
  wait: number;
  facts: AttemptFacts;
  others: Omit<Observations, 'attempts'>;
  admit: boolean;
  cancel: boolean;
  supersede: boolean;
}

const round: fc.Arbitrary<Round> = fc.record({
  wait: fc.constantFrom(0, 1, 5, 61, 700),
  facts,
  others: fc.record({
    source: outcome({ revision: 'a'.repeat(40) }, 'GitHostUnreachable'),
    verified: outcome({ images: [] }, 'RegistryUnreachable'),
    signed: outcome({ signed: 'Signed' as const }, 'SigningFailed'),
    tagsBefore: outcome({}, 'RegistryUnreachable'),
    tagsMoved: fc.constantFrom(undefined, { tags: [] }),
  }) as fc.Arbitrary<Round['others']>,
  admit: fc.boolean(),
  cancel: fc.boolean(),
  supersede: fc.integer({ min: 0, max: 9 }).map(n => n === 0),
});

const start: BuildSnapshot = {
  build: buildRow({ revision: undefined }),
  tasks: [],
  attempts: [],
};

/** Plays rounds as the controller would, checking what must hold after each. */
function play(
  rounds: Round[],
  first = start,
): { snapshot: BuildSnapshot; seconds: number } {
  let snapshot = first;
  let seconds = 0;
  for (const { wait, facts: about, others, ...inputs } of rounds) {
    seconds += wait;
    snapshot = withInputs(snapshot, inputs, seconds);
    const observations: Observations = {
      ...others,
      attempts: Object.fromEntries(snapshot.attempts.map(a => [a.id, about])),
    };
    const context = contextAt(seconds);
    const { transition } = decide(snapshot, observations, context);
    if (!transition) continue;
    check(snapshot, transition.next);
    const known = new Set(snapshot.attempts.map(a => a.id));
    const again = decide(transition.next, observations, context);
    // New attempts are new facts to ask for; all else must rest.
    if (transition.next.attempts.every(a => known.has(a.id))) {
      const rested = again.transition;
      const added = rested?.next.attempts.some(a => !known.has(a.id));
      if (!added) expect(rested).toBeUndefined();
    }
    snapshot = transition.next;
  }
  return { snapshot, seconds };
}

function withInputs(
  snapshot: BuildSnapshot,
  { admit, cancel, supersede }: Pick<Round, 'admit' | 'cancel' | 'supersede'>,
  seconds: number,
): BuildSnapshot {
  const build = { ...snapshot.build };
  const { now } = contextAt(seconds);
  if (admit && build.phase === 'Queued') build.admittedAt ??= now;
  if (cancel && build.phase !== 'Tagging') build.cancelRequestedAt ??= now;
  if (supersede && build.phase === 'Queued') {
    build.supersededBy = { id: 'x', number: 43 };
  }
  return { ...snapshot, build };
}

function check(before: BuildSnapshot, after: BuildSnapshot): void {
  if (isTerminalBuildPhase(before.build.phase)) {
    expect(after.build.phase).toBe(before.build.phase);
  }
  for (const task of after.tasks) {
    const attempts = after.attempts.filter(a => a.taskId === task.id);
    expect(attempts.length).toBeLessThanOrEqual(task.maxAttempts);
    for (const earlier of attempts.slice(0, -1)) {
      expect(earlier.reason?.category).toBe('Infrastructure');
    }
    expect(new Set(attempts.map(a => a.name)).size).toBe(attempts.length);
  }
  if (after.build.finishedAt) {
    expect(isTerminalBuildPhase(after.build.phase)).toBe(true);
  }
}

describe('decide', () => {
  it('keeps its promises whatever happens', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 25 }), rounds => {
        expect(play(rounds).seconds).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps them for attempts that fail in every way', () => {
    const failing = round.map(r => ({ ...r, cancel: false, wait: 400 }));
    fc.assert(
      fc.property(fc.array(failing, { maxLength: 30 }), rounds => {
        const { snapshot } = play(rounds, runningSnapshot());
        expect(snapshot.attempts.length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 500 },
    );
  });

  it('always ends after a cancel', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 12 }), rounds => {
        const { snapshot, seconds } = play(rounds);
        const { phase } = snapshot.build;
        if (phase === 'Tagging') return;
        const canceled = withInputs(
          snapshot,
          { admit: false, cancel: true, supersede: false },
          seconds,
        );
        let now = canceled;
        for (const later of [0, 200]) {
          const { transition } = decide(
            now,
            { attempts: {} },
            contextAt(seconds + later),
          );
          now = transition?.next ?? now;
        }
        expect(isTerminalBuildPhase(now.build.phase)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('always ends by its deadlines when nothing works', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 12 }), rounds => {
        let { snapshot, seconds } = play(
          rounds.map(r => ({ ...r, cancel: false })),
        );
        const { source } = { source: failure('GitHostUnreachable', true) };
        // Every wait is as long as the longest time limit.
        for (let n = 0; n < 12; n++) {
          seconds += 86_401;
          const { transition } = decide(
            snapshot,
            {
              source,
              verified: failure('RegistryUnreachable', true),
              signed: failure('SigningFailed', true),
              tagsBefore: failure('RegistryUnreachable', true),
              tagsMoved: {
                tags: [],
                failure: failure('TagMoveFailed', true).failure,
              },
              attempts: {},
            },
            contextAt(seconds),
          );
          snapshot = transition?.next ?? snapshot;
        }
        expect(isTerminalBuildPhase(snapshot.build.phase)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same decision for the same facts', () => {
    fc.assert(
      fc.property(fc.array(round, { maxLength: 8 }), rounds => {
        const { snapshot } = play(rounds);
        const frozen = JSON.stringify(snapshot);
        const once = decide(snapshot, { attempts: {} }, testContext);
        expect(decide(snapshot, { attempts: {} }, testContext)).toEqual(once);
        expect(JSON.stringify(snapshot)).toBe(frozen);
      }),
    );
  });
});

describe('transitions', () => {
  it('are the only way between phases', () => {
    expect(mayEnter('Succeeded', 'Running')).toBe(false);
    expect(mayEnter('Tagging', 'Canceling')).toBe(false);
    expect(mayEnter('Pending', 'Queued')).toBe(true);
  });
});
