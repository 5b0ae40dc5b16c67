import {
  buildSchema,
  buildSummarySchema,
} from '@buildog/plugin-buildog-common';
import type { AttemptContainer } from '../AttemptRow';
import { at, buildRow, runningSnapshot } from '../__testUtils__/fixtures';
import { toBuild } from './toBuild';
import { toBuildSummary } from './toBuildSummary';
import { toPhaseBars } from './toPhaseBars';

const everything = { mayCreate: true, mayCancel: true, mayReadLog: true };
const nothing = { mayCreate: false, mayCancel: false, mayReadLog: false };
const stateOf = (from?: number, to?: number): AttemptContainer['state'] => {
  if (to !== undefined) return 'Terminated';
  return from === undefined ? 'Waiting' : 'Running';
};
const container = (
  name: string,
  from?: number,
  to?: number,
  exitCode = 0,
): AttemptContainer => ({
  name,
  state: stateOf(from, to),
  ...(to !== undefined && { exitCode }),
  startedAt: from === undefined ? undefined : at(from),
  finishedAt: to === undefined ? undefined : at(to),
});
const bars = (...args: Parameters<typeof runningSnapshot>) =>
  toPhaseBars(runningSnapshot(...args)).map(bar => `${bar.name} ${bar.state}`);

describe('toBuild', () => {
  it('is what the schema says, from the first to the last phase', () => {
    for (const snapshot of [
      { build: buildRow({ revision: undefined }), tasks: [], attempts: [] },
      runningSnapshot({ containers: [container('init', 0, 2)] }),
    ]) {
      const build = toBuild(snapshot, everything, {
        events: [
          {
            id: 1,
            buildId: snapshot.build.id,
            at: at(0),
            type: 'A',
            message: 'a',
          },
        ],
      });
      expect(buildSchema.parse(JSON.parse(JSON.stringify(build)))).toEqual(
        JSON.parse(JSON.stringify(build)),
      );
    }
  });

  it('shows a place in the queue only in the queue', () => {
    const queue = { position: 1, why: 'x' };
    const queued = {
      build: buildRow({ phase: 'Queued' }),
      tasks: [],
      attempts: [],
    };
    expect(toBuild(queued, nothing, { events: [], queue }).queue).toEqual(
      queue,
    );
    expect(
      toBuild(runningSnapshot(), nothing, { events: [], queue }).queue,
    ).toBeUndefined();
  });

  it('offers the command that verifies a signature only for a signed build', () => {
    const details = { events: [], verifyCommand: 'cosign verify' };
    expect(
      toBuild(runningSnapshot(), nothing, details).verifyCommand,
    ).toBeUndefined();
    expect(
      toBuild(runningSnapshot({}, { signed: 'Signed' }), nothing, details)
        .verifyCommand,
    ).toBe('cosign verify');
  });
});

describe('toBuildSummary', () => {
  const allowed = (
    phase: Parameters<typeof buildRow>[0],
    viewer = everything,
  ) => toBuildSummary(runningSnapshot({}, phase), viewer).allowed;

  it('allows what permissions and the state of the build allow', () => {
    expect(allowed({})).toEqual({
      cancel: true,
      retry: false,
      rebuild: false,
      readLog: true,
    });
    expect(allowed({ cancelRequestedAt: at(1) }).cancel).toBe(false);
    expect(allowed({ phase: 'Tagging' }).cancel).toBe(false);
    expect(allowed({ phase: 'Failed' })).toMatchObject({
      cancel: false,
      retry: true,
      rebuild: true,
    });
    expect(allowed({ phase: 'Failed' }, nothing)).toEqual({
      cancel: false,
      retry: false,
      rebuild: false,
      readLog: false,
    });
  });

  it('groups platforms by variant and names the confirmed digest', () => {
    const summary = toBuildSummary(
      runningSnapshot(
        {},
        {
          images: [
            {
              platform: { os: 'linux', architecture: 'amd64' },
              repository: 'registry.example.com/payments-api',
              digest: 'sha256:1',
              mediaType: 'm',
              size: 1,
            },
          ],
        },
      ),
      everything,
    );
    expect(buildSummarySchema.parse(summary)).toBeTruthy();
    expect(summary).toMatchObject({
      digest: 'sha256:1',
      image: 'registry.example.com/payments-api',
      variants: [
        {
          name: 'default',
          platforms: [{ platform: 'linux/amd64', phase: 'Starting' }],
        },
      ],
    });
  });
});

describe('toPhaseBars', () => {
  it('moves from bar to bar with the containers', () => {
    expect(bars({ containers: [] }).slice(0, 3)).toEqual([
      'Queue Done',
      'Fetch Running',
      'Build NotStarted',
    ]);
    expect(
      bars({
        containers: [container('init', 1, 4), container('build', 5)],
      }).slice(1, 4),
    ).toEqual(['Fetch Done', 'Build Running', 'Publish NotStarted']);
  });

  it('lets each bar begin where the one before ended', () => {
    const snapshot = runningSnapshot(
      {
        containers: [
          container('init', 1, 4),
          container('build', 5, 60),
          container('publish', 61, 70),
        ],
      },
      {
        phase: 'Succeeded',
        signed: 'Unsigned',
        finishedAt: at(75),
        phaseTimes: {
          Running: at(0),
          Verifying: at(71),
          Signing: at(72),
          Tagging: at(73),
          Succeeded: at(75),
        },
        movedTags: [{ reference: 'a:b', state: 'Moved' }],
      },
    );
    expect(
      toPhaseBars(snapshot).map(({ name, state, startedAt, finishedAt }) => [
        name,
        state,
        startedAt && (Date.parse(startedAt) - at(0).getTime()) / 1000,
        finishedAt && (Date.parse(finishedAt) - at(0).getTime()) / 1000,
      ]),
    ).toEqual([
      ['Queue', 'Done', 0, 0],
      ['Fetch', 'Done', 0, 4],
      ['Build', 'Done', 4, 60],
      ['Publish', 'Done', 60, 70],
      ['Verify', 'Done', 71, 72],
      ['Sign', 'Skipped', 72, undefined],
      ['Tag', 'Done', 73, 75],
    ]);
  });

  it('fails the bar that was reached last, and leaves the rest', () => {
    expect(
      bars(
        { containers: [container('init', 1, 4), container('build', 5, 60, 1)] },
        { phase: 'Failed', finishedAt: at(61) },
      ),
    ).toEqual([
      'Queue Done',
      'Fetch Done',
      'Build Failed',
      'Publish NotStarted',
      'Verify NotStarted',
      'Sign NotStarted',
      'Tag NotStarted',
    ]);
    expect(bars({}, { phase: 'Canceled', finishedAt: at(5) })[1]).toBe(
      'Fetch Canceled',
    );
  });
});
