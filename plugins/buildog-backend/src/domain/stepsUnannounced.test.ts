import type { DockerfileStep } from '@buildog/agent';
import type { BuildLogEvent } from '@buildog/plugin-buildog-node';
import { StepTracker } from './steps';

const steps: DockerfileStep[] = ['FROM x', 'RUN true', 'COPY gone /y'].map(
  (text, index) => ({
    number: index + 1,
    line: index + 1,
    endLine: index + 1,
    stage: 0,
    stageStep: index + 1,
    instruction: text.split(' ')[0],
    text,
  }),
);

function follow(dockerfile: DockerfileStep[], ...events: BuildLogEvent[]) {
  const tracker = new StepTracker(dockerfile);
  events.forEach((event, index) =>
    tracker.read({ text: '', offset: index, endOffset: index + 1 }, event),
  );
  return tracker;
}

describe('a step that fails before it was announced', () => {
  const announced: BuildLogEvent[] = [
    { type: 'step', instruction: 'FROM x' },
    { type: 'step', instruction: 'RUN true' },
  ];
  const error: BuildLogEvent = {
    type: 'error',
    message: 'no such file',
    cause: 'StepFailed',
    atNextStep: true,
  };

  it('is the one that failed, and the one before it is done', () => {
    const tracker = follow(steps, ...announced, error);
    expect(tracker.failure()).toMatchObject({
      step: { number: 3, line: 3, instruction: 'COPY gone /y' },
      error: { cause: 'StepFailed' },
    });
    expect(tracker.list('Failed').map(step => step.state)).toEqual([
      'Done',
      'Done',
      'Failed',
    ]);
  });

  it('is looked for once, and not behind the last step', () => {
    const copy: BuildLogEvent = { type: 'step', instruction: 'COPY gone /y' };
    expect(
      follow(steps, ...announced, copy, error).failure().step?.number,
    ).toBe(3);
    expect(
      follow(steps, announced[0], error, error).failure().step?.number,
    ).toBe(2);
  });

  it('is not guessed where the Dockerfile is unknown', () => {
    const { step } = follow([], ...announced, error).failure();
    expect(step?.instruction).toBe('RUN true');
  });
});
