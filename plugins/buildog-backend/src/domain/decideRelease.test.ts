import { decide } from './decide';
import type { Observations } from './Observations';
import { reason } from './reason';
import {
  at,
  contextAt,
  runningSnapshot,
  testContext,
} from './__testUtils__/fixtures';

const nothing: Observations = { attempts: {} };

describe('Tagging', () => {
  const tag = 'registry.example.com/payments-api:main';
  const other = 'registry.example.com/payments-api:v20261121-b81d04c7';
  const tagging = (override = {}) =>
    runningSnapshot(
      { phase: 'Exited', logsSettledAt: at(0), removedAt: at(0) },
      {
        phase: 'Tagging',
        phaseTimes: { Tagging: at(0) },
        ...override,
      },
    );
  const planned = [
    { reference: other, state: 'Planned' as const },
    { reference: tag, state: 'Planned' as const, previousDigest: 'sha256:1' },
  ];

  it('writes down what the tags pointed to before it moves any', () => {
    expect(decide(tagging(), nothing, testContext).effects).toEqual([
      { type: 'readTags' },
    ]);
    const { transition, effects } = decide(
      tagging(),
      { attempts: {}, tagsBefore: { ok: true, value: { [tag]: 'sha256:1' } } },
      testContext,
    );
    expect(transition?.next.build.movedTags).toEqual(planned);
    expect(effects).toEqual([{ type: 'moveTags' }]);
  });

  it('keeps the digest of before when a crash made it move twice', () => {
    const { transition } = decide(
      tagging({ movedTags: planned }),
      {
        attempts: {},
        tagsMoved: {
          tags: [
            { reference: other, state: 'Moved', digest: 'sha256:2' },
            {
              reference: tag,
              state: 'Moved',
              digest: 'sha256:2',
              previousDigest: 'sha256:2',
            },
          ],
        },
      },
      testContext,
    );
    expect(transition?.next.build).toMatchObject({
      phase: 'Succeeded',
      movedTags: [{}, { previousDigest: 'sha256:1' }],
    });
    expect(transition?.journal[0].message).toBe(
      '2 tags moved. main pointed to sha256:1 before.',
    );
  });

  it('fails with the list when some tags stay behind', () => {
    const { transition } = decide(
      tagging({ movedTags: planned }),
      {
        attempts: {},
        tagsMoved: {
          tags: [
            { reference: other, state: 'Moved', digest: 'sha256:2' },
            { reference: tag, state: 'Failed' },
          ],
          failure: {
            reason: reason('TagMoveFailed', 'The registry stopped answering.'),
            retryable: true,
          },
        },
      },
      contextAt(601),
    );
    expect(transition?.next.build.reason).toMatchObject({
      code: 'TagsPartlyMoved',
      message: `1 of 2 tags were moved, then: The registry stopped answering. Not moved: ${tag}.`,
    });
  });
});

describe('after the end', () => {
  it('stores the logs, then removes the workload, then sleeps', () => {
    const ended = runningSnapshot(
      { phase: 'Exited', finishedAt: at(0) },
      { phase: 'Succeeded', finishedAt: at(0) },
    );
    const [{ id }] = ended.attempts;
    expect(decide(ended, nothing, testContext).effects).toEqual([
      { type: 'settleLogs', attemptId: id },
    ]);
    const settled = decide(
      ended,
      { attempts: { [id]: { logsSettled: true } } },
      testContext,
    );
    expect(settled.effects).toEqual([
      { type: 'removeAttempt', attemptId: id, gracePeriodSeconds: 5 },
    ]);
    const gone = decide(
      settled.transition!.next,
      { attempts: { [id]: { seen: { state: 'Absent' } } } },
      contextAt(1),
    );
    expect(gone.transition?.attempts[0].removedAt).toEqual(at(1));
    expect(decide(gone.transition!.next, nothing, contextAt(2))).toEqual({
      transition: undefined,
      effects: [],
      wakeAt: undefined,
    });
  });
});
