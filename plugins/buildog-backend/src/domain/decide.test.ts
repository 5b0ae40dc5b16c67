import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import type { BuildSnapshot } from './BuildSnapshot';
import { decide } from './decide';
import type { Observations } from './Observations';
import { reason } from './reason';
import {
  at,
  buildRow,
  contextAt,
  present,
  runningSnapshot,
  testContext,
} from './__testUtils__/fixtures';

const nothing: Observations = { attempts: {} };
const pending = (override = {}): BuildSnapshot => ({
  build: buildRow(override),
  tasks: [],
  attempts: [],
});
const failure = (code: string, retryable: boolean) => ({
  ok: false as const,
  failure: { reason: reason(code, `${code}.`), retryable },
});

describe('Pending', () => {
  it('looks for the commit first', () => {
    expect(
      decide(pending({ revision: undefined }), nothing, testContext),
    ).toEqual({
      transition: undefined,
      effects: [{ type: 'resolveSource' }],
      wakeAt: at(60),
    });
  });

  it('plans and queues once the commit is known', () => {
    const { transition, effects } = decide(
      pending({ revision: undefined, branch: undefined }),
      {
        attempts: {},
        source: {
          ok: true,
          value: { revision: 'a'.repeat(40), ref: 'refs/heads/x', branch: 'x' },
        },
      },
      testContext,
    );
    expect(transition?.next.build).toMatchObject({
      phase: 'Queued',
      branch: 'x',
      policyRevision: '1',
      plan: { planVersion: 1, tags: ['v20261121-aaaaaaaa', 'x'] },
    });
    expect(transition?.supersedes).toMatchObject({
      branch: 'x',
      olderThan: 42,
    });
    expect(transition?.journal.map(event => event.message)).toEqual([
      'x is at aaaaaaaa.',
      'Waits to be admitted.',
    ]);
    expect(effects).toEqual([{ type: 'admit' }]);
  });

  it('tries again while the git server is away, until the time is over', () => {
    const source = failure('GitHostUnreachable', true);
    const first = decide(
      pending({ revision: undefined }),
      { attempts: {}, source },
      testContext,
    );
    expect(first.transition?.next.build).toMatchObject({
      phase: 'Pending',
      tries: 1,
      retryAt: at(1),
    });
    expect(first.wakeAt).toEqual(at(1));
    const late = decide(
      pending({ revision: undefined }),
      { attempts: {}, source },
      contextAt(301),
    );
    expect(late.transition?.next.build).toMatchObject({
      phase: 'Failed',
      reason: { code: 'GitHostUnreachable' },
    });
  });

  it('fails at once for what will not change', () => {
    const { transition } = decide(
      pending({ revision: undefined }),
      { attempts: {}, source: failure('GitRemotePrivate', false) },
      testContext,
    );
    expect(transition?.next.build.phase).toBe('Failed');
  });

  it('rejects what policy has no plan for', () => {
    const { transition } = decide(pending(), nothing, {
      ...testContext,
      defaults: { ...testContext.defaults, tagTemplate: '{secret}' },
    });
    expect(transition?.next.build).toMatchObject({
      phase: 'Rejected',
      reason: { code: 'PolicyDenied', category: 'Policy' },
      finishedAt: testContext.now,
    });
  });
});

describe('Queued', () => {
  const queued = (override = {}) => {
    const { build } = runningSnapshot();
    return pending({
      phase: 'Queued',
      plan: build.plan,
      queuedAt: at(0),
      ...override,
    });
  };

  it('runs once it is admitted', () => {
    const { transition, effects } = decide(
      queued({ admittedAt: at(0), sequence: 1 }),
      nothing,
      testContext,
    );
    expect(transition?.next).toMatchObject({
      build: { phase: 'Running', startedAt: at(0) },
      tasks: [{ phase: 'Starting' }],
      attempts: [{ phase: 'Requested', number: 1, deadlineAt: at(1800) }],
    });
    expect(effects).toEqual([
      { type: 'startAttempt', attemptId: transition?.attempts[0].id },
    ]);
  });

  it('gives way to a newer build, unless it was admitted', () => {
    const supersededBy = { id: 'x', number: 43 };
    expect(
      decide(queued({ supersededBy }), nothing, testContext).transition?.next
        .build,
    ).toMatchObject({
      phase: 'Superseded',
      reason: {
        code: 'NewerBuild',
        message: 'Never started: #43 builds a newer commit of the branch.',
      },
    });
    expect(
      decide(queued({ supersededBy, admittedAt: at(0) }), nothing, testContext)
        .transition?.next.build.phase,
    ).toBe('Running');
  });

  it('does not wait for ever', () => {
    expect(
      decide(queued(), nothing, contextAt(86_400)).transition?.next.build,
    ).toMatchObject({ phase: 'Rejected', reason: { code: 'QueueTimeout' } });
  });
});

describe('cancel', () => {
  it.each(['Pending', 'Queued', 'Verifying', 'Scanning', 'Signing'] as const)(
    'ends %s at once where nothing runs',
    phase => {
      const { transition, effects } = decide(
        pending({
          phase,
          cancelRequestedAt: at(0),
          cancelRequestedBy: 'user:default/guest',
        }),
        nothing,
        testContext,
      );
      expect(transition?.next.build).toMatchObject({
        phase: 'Canceled',
        reason: { code: 'CanceledByUser', message: 'Canceled by guest.' },
      });
      expect(effects).toEqual([]);
    },
  );

  it('waits until the workload is gone', () => {
    const snapshot = runningSnapshot({}, { cancelRequestedAt: at(0) });
    const [{ id }] = snapshot.attempts;
    const first = decide(
      snapshot,
      { attempts: { [id]: { seen: present({}) } } },
      testContext,
    );
    expect(first.transition?.next.build.phase).toBe('Canceling');
    expect(first.effects).toEqual([
      { type: 'removeAttempt', attemptId: id, gracePeriodSeconds: 5 },
    ]);
    const second = decide(
      first.transition!.next,
      { attempts: { [id]: { seen: { state: 'Absent' } } } },
      contextAt(1),
    );
    expect(second.transition?.next).toMatchObject({
      build: { phase: 'Canceled' },
      tasks: [{ phase: 'Canceled' }],
      attempts: [{ phase: 'Lost', removedAt: at(1) }],
    });
  });

  it('does not wait for ever for a cluster that is away', () => {
    const snapshot = runningSnapshot(
      {},
      { phase: 'Canceling', phaseTimes: { Canceling: at(0) } },
    );
    expect(
      decide(snapshot, nothing, contextAt(121)).transition?.next.build.phase,
    ).toBe('Canceled');
  });

  it('comes too late once tags move', () => {
    const snapshot = pending({ phase: 'Tagging', cancelRequestedAt: at(0) });
    expect(
      isTerminalBuildPhase(
        decide(snapshot, nothing, testContext).transition!.next.build.phase,
      ),
    ).toBe(true);
    expect(
      decide(snapshot, nothing, testContext).transition!.next.build.phase,
    ).toBe('Succeeded');
  });
});

describe('Running', () => {
  it('tries again to start while the cluster is away', () => {
    const snapshot = runningSnapshot({ phase: 'Requested' });
    const [{ id }] = snapshot.attempts;
    const started = failure('ClusterUnreachable', true);
    const first = decide(
      snapshot,
      { attempts: { [id]: { started } } },
      testContext,
    );
    expect(first.transition?.attempts).toMatchObject([
      { phase: 'Requested', tries: 1, retryAt: at(1) },
    ]);
    const late = decide(
      snapshot,
      { attempts: { [id]: { started } } },
      contextAt(1800),
    );
    expect(late.transition?.attempts[0]).toMatchObject({
      phase: 'Lost',
      reason: { code: 'ClusterUnreachable' },
    });
    expect(late.transition?.tasks[0].phase).toBe('Waiting');
  });

  it('fails when the cluster refuses the job for good', () => {
    const snapshot = runningSnapshot({ phase: 'Requested' });
    const [{ id }] = snapshot.attempts;
    const { transition } = decide(
      snapshot,
      { attempts: { [id]: { started: failure('AdmissionRefused', false) } } },
      testContext,
    );
    expect(transition?.next.build).toMatchObject({
      phase: 'Failed',
      reason: { code: 'AdmissionRefused' },
    });
  });

  it('does not repeat an infrastructure failure that will not pass', () => {
    const snapshot = runningSnapshot();
    const [{ id }] = snapshot.attempts;
    const { transition } = decide(
      snapshot,
      {
        attempts: {
          [id]: {
            seen: present({ unschedulable: { since: at(0), message: 'full' } }),
          },
        },
      },
      contextAt(300),
    );
    expect(transition?.next.build).toMatchObject({
      phase: 'Failed',
      reason: { code: 'NeverScheduled', category: 'Infrastructure' },
    });
  });

  it('goes on when the runner does not answer, until the deadline', () => {
    const snapshot = runningSnapshot();
    const going = decide(snapshot, nothing, contextAt(1800));
    expect(going.transition).toBeUndefined();
    const over = decide(snapshot, nothing, contextAt(1831));
    expect(over.transition?.attempts[0].reason?.code).toBe(
      'ClusterUnreachable',
    );
  });

  it('believes publish only about the repository it was told', () => {
    const snapshot = runningSnapshot();
    const [{ id }] = snapshot.attempts;
    const publish = (repository: string) =>
      present({
        containers: [
          {
            name: 'publish',
            state: 'Terminated',
            exitCode: 0,
            message: JSON.stringify({
              protocolVersion: 1,
              program: 'publish',
              ok: true,
              repository,
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
          },
        ],
      });
    const good = decide(
      snapshot,
      {
        attempts: {
          [id]: { seen: publish('registry.example.com/payments-api') },
        },
      },
      testContext,
    );
    expect(good.transition?.next.build.phase).toBe('Verifying');
    expect(good.effects.map(effect => effect.type).sort()).toEqual([
      'settleLogs',
      'verify',
    ]);
    const forged = decide(
      snapshot,
      { attempts: { [id]: { seen: publish('registry.example.com/other') } } },
      testContext,
    );
    expect(forged.transition?.attempts[0].reason?.code).toBe('ResultInvalid');
  });
});
