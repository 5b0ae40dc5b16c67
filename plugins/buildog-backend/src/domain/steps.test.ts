import type { DockerfileStep } from '@buildog/agent';
import type { BuildLogEvent } from '@buildog/plugin-buildog-node';
import type { LogLine } from './logLines';
import { StepTracker } from './steps';

const dockerfile = (...texts: [stage: number, text: string][]) =>
  texts.map(
    ([stage, text], index): DockerfileStep => ({
      number: index + 1,
      line: (index + 1) * 10,
      endLine: (index + 1) * 10,
      stage,
      stageStep: 1,
      instruction: text.split(' ')[0],
      text,
    }),
  );

const feed = (tracker: StepTracker, events: BuildLogEvent[]) =>
  events.forEach((event, index) => {
    const line: LogLine = {
      offset: index * 100,
      endOffset: (index + 1) * 100,
      at: `2026-11-21T10:00:0${index}Z`,
      text: event.type === 'output' ? event.text : '',
    };
    tracker.read(line, event);
  });
const step = (instruction: string): BuildLogEvent => ({
  type: 'step',
  instruction,
});
const states = (tracker: StepTracker, end?: 'Done' | 'Failed') =>
  tracker.list(end).map(s => s.state);

describe('StepTracker', () => {
  const steps = dockerfile(
    [0, 'FROM node AS build'],
    [0, 'RUN make'],
    [1, 'FROM scratch AS unused'],
    [1, 'COPY x y'],
    [2, 'FROM alpine'],
    [2, 'RUN make'],
  );

  it('finds steps that the builder leaves out, and stages it does not build', () => {
    const tracker = new StepTracker(steps);
    feed(tracker, [
      step('RUN make'),
      { type: 'cached' },
      step('FROM alpine'),
      step('RUN make'),
      { type: 'output', text: 'hello' },
    ]);
    expect(states(tracker)).toEqual([
      'Done',
      'Cached',
      'Skipped',
      'Skipped',
      'Done',
      'Running',
    ]);
    expect(tracker.progress()).toEqual({
      totalSteps: 6,
      cachedSteps: 1,
      completedSteps: 5,
    });
    expect(states(tracker, 'Done')[5]).toBe('Done');
    expect(tracker.list('Failed')[5]).toMatchObject({
      state: 'Failed',
      startOffset: 300,
      endOffset: 500,
      startedAt: '2026-11-21T10:00:03Z',
      finishedAt: '2026-11-21T10:00:04Z',
      line: 60,
    });
  });

  it('asking changes nothing', () => {
    const tracker = new StepTracker(steps);
    feed(tracker, [step('RUN make')]);
    const before = states(tracker);
    tracker.list('Done');
    expect(states(tracker)).toEqual(before);
  });

  it('matches texts that were shortened or rewritten', () => {
    const tracker = new StepTracker(
      dockerfile([0, 'FROM a'], [0, 'RUN echo very long…'], [0, 'COPY . .']),
    );
    feed(tracker, [
      step('from a'),
      step('run  echo very long text'),
      step('COPY file:1 in /'),
    ]);
    expect(states(tracker)).toEqual(['Done', 'Done', 'Running']);
  });

  it('ignores what is no step of the file', () => {
    const tracker = new StepTracker(dockerfile([0, 'FROM a']));
    feed(tracker, [step('FROM a'), step('RUN forged')]);
    expect(tracker.failure().step?.number).toBe(1);
  });

  it('numbers steps itself when nobody listed them, up to a limit', () => {
    const tracker = new StepTracker();
    feed(tracker, [step('FROM a'), step('RUN b')]);
    expect(tracker.list().map(s => [s.number, s.instruction, s.state])).toEqual(
      [
        [1, 'FROM a', 'Done'],
        [2, 'RUN b', 'Running'],
      ],
    );
    expect(tracker.progress().totalSteps).toBeUndefined();
    for (let i = 0; i < 600; i++) {
      tracker.read({ offset: 0, endOffset: 0, text: '' }, step(`RUN ${i}`));
    }
    expect(tracker.list()).toHaveLength(500);
  });

  it('keeps the first error, and a cause that comes later', () => {
    const tracker = new StepTracker(steps);
    feed(tracker, [
      step('RUN make'),
      { type: 'error', message: 'first' },
      { type: 'error', message: 'second', cause: 'StepFailed' },
    ]);
    expect(tracker.failure()).toEqual({
      step: { number: 2, line: 20, instruction: 'RUN make' },
      error: { message: 'first', cause: 'StepFailed' },
      seccompRefused: false,
    });
  });

  it('sees that a seccomp profile forbids user namespaces', () => {
    const tracker = new StepTracker();
    feed(tracker, [
      {
        type: 'output',
        text: 'Error during unshare(CLONE_NEWUSER): Operation not permitted',
      },
    ]);
    expect(tracker.failure().seccompRefused).toBe(true);
  });

  it('follows stages that are built at once', () => {
    const tracker = new StepTracker(
      dockerfile(
        [0, 'FROM a AS one'],
        [0, 'RUN first'],
        [1, 'FROM b AS two'],
        [1, 'RUN second'],
        [2, 'COPY --from=one x y'],
      ),
    );
    feed(tracker, [
      step('RUN second'),
      step('RUN first'),
      { type: 'step', instruction: 'COPY --from=one x y', cached: true },
      { type: 'error', message: 'no', line: 20 },
    ]);
    expect(tracker.failure().step).toMatchObject({
      line: 20,
      instruction: 'RUN first',
    });
    expect(states(tracker, 'Failed')).toEqual([
      'Done',
      'Failed',
      'Done',
      'Done',
      'Cached',
    ]);
  });

  it('begins the step that an error names, when none had', () => {
    const tracker = new StepTracker(dockerfile([0, 'FROM a'], [0, 'COPY x y']));
    feed(tracker, [{ type: 'error', message: 'no', line: 20 }]);
    expect(tracker.failure().step?.instruction).toBe('COPY x y');
    expect(states(tracker, 'Failed')).toEqual(['Done', 'Failed']);
  });
});
