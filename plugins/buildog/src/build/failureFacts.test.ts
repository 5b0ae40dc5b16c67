import type { BuildStep } from '@buildog/plugin-buildog-common';
import { LogDocument } from '../log/LogDocument';
import { fakeBuild, fakeTask } from '../__testUtils__/fakeBuild';
import {
  dockerfileExcerpt,
  failedWhere,
  lastLines,
  tagWords,
} from './failureFacts';

const reason = {
  code: 'StepFailed',
  category: 'User' as const,
  message: 'Line 21 ended with exit code 1.',
  exitCode: 1,
  location: { line: 21, instruction: 'RUN make' },
};
const steps: BuildStep[] = [1, 3, 5, 7, 9, 21, 23].map((line, i) => ({
  number: i + 1,
  line,
  instruction: `RUN line ${line}`,
  state: line === 21 ? 'Failed' : 'Done',
}));

it('says where it failed', () => {
  const build = fakeBuild({
    number: 1,
    phase: 'Failed',
    reason,
    tasks: [
      fakeTask('a', 'default', 'linux/amd64', 'Failed'),
      fakeTask('b', 'default', 'linux/arm64', 'Failed'),
      fakeTask('c', 'debug', 'linux/amd64', 'Built'),
    ],
  });
  expect(failedWhere(build)).toBe(
    'default on linux/amd64 and linux/arm64, exit code 1.',
  );
});

it('shows the failing instruction among its neighbours', () => {
  const build = fakeBuild({ number: 1, phase: 'Failed', reason });
  expect(
    dockerfileExcerpt(build, steps).map(l => [l.number, l.marked]),
  ).toEqual([
    [3, false],
    [5, false],
    [7, false],
    [9, false],
    [21, true],
    [23, false],
  ]);
});

it('shows it alone when the steps are not known', () => {
  const build = fakeBuild({ number: 1, phase: 'Failed', reason });
  expect(dockerfileExcerpt(build, [])).toEqual([
    { number: 21, text: 'RUN make', marked: true },
  ]);
  expect(dockerfileExcerpt(fakeBuild({ number: 1 }), [])).toEqual([]);
});

it('shows the last lines of what failed, numbered as in the log', () => {
  const document = new LogDocument();
  document.append({
    container: 'build',
    offset: 0,
    bytes: new TextEncoder().encode(
      Array.from(
        { length: 30 },
        (_, i) => `\x1b[31mline ${i + 1}\x1b[0m\n`,
      ).join(''),
    ),
  });
  const section = {
    id: 'step:1',
    title: 'RUN make',
    state: 'Failed' as const,
    firstLine: 5,
    lineCount: 15,
  };
  const lines = lastLines(document, [section]);
  expect(lines).toHaveLength(10);
  expect(lines[0]).toEqual({ number: 11, text: 'line 11', marked: false });
  expect(lines[9]).toEqual({ number: 20, text: 'line 20', marked: true });
});

it('says what became of the tags', () => {
  const tag = (state: 'Moved' | 'Planned') => ({ reference: 'r/x:1', state });
  const failed = (movedTags: ReturnType<typeof tag>[]) =>
    tagWords(fakeBuild({ number: 1, phase: 'Failed', movedTags }));
  expect(failed([])).toMatch(/^Nothing was tagged/);
  expect(failed([tag('Moved'), tag('Planned')])).toBe(
    '1 of 2 tags were moved.',
  );
  expect(tagWords(fakeBuild({ number: 1, phase: 'Rejected' }))).toMatch(
    /^Nothing was built/,
  );
});
