import type { FailureInput } from './classifyFailure';
import { ended, log, over, step } from './__testUtils__/failures';
import { at, present } from './__testUtils__/fixtures';

describe('classifyFailure', () => {
  it.each<[string, Partial<FailureInput>, number]>([
    [
      'an image that is being pulled again',
      {
        seen: present({
          containers: [
            { name: 'build', state: 'Waiting', reason: 'ErrImagePull' },
          ],
        }),
      },
      120,
    ],
    [
      'a full cluster',
      { seen: present({ unschedulable: { since: at(5), message: 'x' } }) },
      305,
    ],
    [
      'a full quota',
      {
        seen: present(undefined, {
          createFailure: { reason: 'FailedCreate', message: 'exceeded quota' },
        }),
      },
      300,
    ],
    [
      'a running build',
      { seen: present({ containers: [{ name: 'build', state: 'Running' }] }) },
      1830,
    ],
    [
      'a container whose turn has not come',
      {
        seen: present({
          containers: [
            { name: 'build', state: 'Waiting', reason: 'PodInitializing' },
          ],
        }),
      },
      1830,
    ],
    [
      'a sidecar that died',
      {
        seen: present({
          containers: [ended('sidecar'), { name: 'build', state: 'Running' }],
        }),
      },
      1830,
    ],
    ['a cluster that is away', {}, 1830],
  ])('has patience with %s', (_what, input, due) => {
    expect(over(input)).toEqual({ state: 'GoingOn', lookAgainAt: at(due) });
  });

  it('reads the log before it says why a build failed', () => {
    const seen = present({ containers: [ended('build')] });
    expect(over({ seen })).toEqual({ state: 'NeedsLog' });
  });

  it('says where, and keeps hostile texts short and plain', () => {
    const verdict = over({
      seen: present({ containers: [ended('build')] }),
      facts: log({
        step: { ...step, instruction: `RUN \u0000\u202e${'x'.repeat(5000)}` },
        error: {
          message: `\u001b[31m${'y'.repeat(5000)}`,
          cause: 'DockerfileInvalid',
        },
      }),
    });
    if (verdict.state !== 'Failed') throw new Error('not failed');
    const { location, message } = verdict.failure.reason;
    expect(location).toMatchObject({
      file: 'Dockerfile',
      line: 21,
      step: 9,
      container: 'build',
    });
    expect(location?.instruction?.length).toBeLessThanOrEqual(500);
    const shown = `${message}${location?.instruction}`;
    expect([...shown].filter(c => c < ' ' || c === '\u202e')).toEqual([]);
  });
});
