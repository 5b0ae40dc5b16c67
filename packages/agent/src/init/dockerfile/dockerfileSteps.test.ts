import * as fc from 'fast-check';
import { AgentError } from '../../program';
import { dockerfileSteps } from './dockerfileSteps';

const lines = (...text: string[]) => text.join('\n');

/** No steps where the text is refused as a Dockerfile; other errors are bugs. */
function stepsOf(text: string) {
  try {
    return dockerfileSteps(text);
  } catch (error) {
    if (error instanceof AgentError && error.code === 'DockerfileInvalid') {
      return [];
    }
    throw error;
  }
}

describe('dockerfileSteps', () => {
  it('numbers instructions as builders execute them', () => {
    const steps = dockerfileSteps(
      lines(
        '# syntax=docker/dockerfile:1',
        'ARG BASE=debian',
        'from --platform=$BUILDPLATFORM ${BASE} as build',
        'RUN apt-get update && \\',
        '    # a comment in between',
        '    apt-get install -y git',
        '',
        'RUN <<EOF',
        'FROM not-an-instruction',
        'echo hello',
        'EOF',
        'FROM scratch',
        'COPY --from=build --link /a /b',
        'CMD ["/b"]',
      ),
    );
    expect(
      steps.map(step => [
        step.number,
        step.line,
        step.endLine,
        step.stage,
        step.stageName,
        step.stageStep,
        step.instruction,
      ]),
    ).toEqual([
      [1, 3, 3, 0, 'build', 1, 'FROM'],
      [2, 4, 6, 0, 'build', 2, 'RUN'],
      [3, 8, 11, 0, 'build', 3, 'RUN'],
      [4, 12, 12, 1, undefined, 1, 'FROM'],
      [5, 13, 13, 1, undefined, 2, 'COPY'],
      [6, 14, 14, 1, undefined, 3, 'CMD'],
    ]);
    expect(steps[4].text).toBe('COPY --from=build --link /a /b');
    expect(steps[1].text).toMatch(/^RUN apt-get update && .*install -y git$/);
  });

  it('cuts long texts and removes what a terminal would obey', () => {
    const [, step] = dockerfileSteps(
      `FROM scratch\nRUN echo \u001b]0;x\u0007\u202e ${'y'.repeat(400)}\n`,
    );
    expect(step.text).toHaveLength(161);
    // eslint-disable-next-line no-control-regex -- control characters are the point
    expect(step.text).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  it.each([
    ['', 1],
    ['# only a comment', 1],
    ['ARG A=1\n', 1],
    ['FROM a\nRUNN x\n', 2],
    ['\nRUN x\nFROM a\n', 2],
    ['<html>\n', 1],
  ])('refuses %j', (text, line) => {
    expect(() => dockerfileSteps(text)).toThrow(
      expect.objectContaining({ code: 'DockerfileInvalid', line }),
    );
  });

  it('lets another syntax have other instructions', () => {
    expect(dockerfileSteps('# syntax=x/y\nFROM a\nINCLUDE b\n')).toHaveLength(
      2,
    );
  });

  it('copes with other line ends and a byte order mark', () => {
    const steps = dockerfileSteps('\ufeffFROM a\r\nRUN x \\\r\n  y\r\n');
    expect(steps.map(({ text }) => text)).toEqual(['FROM a', 'RUN x y']);
  });

  it('gives steps in order, or says why not, for any text', () => {
    const piece = fc.constantFrom(
      ...['FROM a\n', 'RUN x\n', 'RUN <<E\n', 'E\n', '\\\n', '# c\n', '\n'],
      ...['ARG X\n', 'COPY a b\n', '"', ' ', '\t', 'ONBUILD RUN y\n', '$', '`'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), pieces => {
        const text = pieces.join('');
        const steps = stepsOf(text);
        const count = text.split('\n').length;
        const ordered = steps.every(
          ({ number, line, endLine }, index) =>
            number === index + 1 &&
            line <= endLine &&
            endLine <= count &&
            line > (steps[index - 1]?.endLine ?? 0),
        );
        expect(ordered).toBe(true);
      }),
    );
  });
});
