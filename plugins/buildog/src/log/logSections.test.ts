import type { Attempt, BuildStep } from '@buildog/plugin-buildog-common';
import fc from 'fast-check';
import { LogDocument } from './LogDocument';
import { LogRows } from './LogRows';
import { logSections } from './logSections';

type Container = Attempt['containers'][number];

const container = (
  name: string,
  state: Container['state'],
  exitCode?: number,
): Container => ({ name, state, exitCode });

function documentOf(logs: Record<string, string>): LogDocument {
  const document = new LogDocument();
  for (const [name, text] of Object.entries(logs)) {
    document.append({
      container: name,
      offset: 0,
      bytes: new TextEncoder().encode(text),
    });
  }
  return document;
}

const step = (
  number: number,
  startOffset?: number,
  endOffset?: number,
  state: BuildStep['state'] = 'Done',
): BuildStep => ({
  number,
  instruction: `RUN ${number}`,
  state,
  startOffset,
  endOffset,
});

const ENDED = ['init', 'build', 'publish'].map(name =>
  container(name, 'Terminated', 0),
);

it('cuts the log at its steps and leaves no line out', () => {
  const document = documentOf({
    init: 'i1\ni2\n',
    build: 'b0\ns1\ns1\ns2\nlast\n',
    publish: 'p\n',
  });
  const sections = logSections(document, ENDED, [
    step(1, 3, 9),
    step(2, 9, 12),
  ]);
  expect(sections.map(s => [s.id, s.firstLine, s.lineCount])).toEqual([
    ['init', 0, 2],
    ['build:before', 2, 1],
    ['step:1', 3, 2],
    ['step:2', 5, 1],
    ['build:after', 6, 1],
    ['publish', 7, 1],
  ]);
});

it('shows cached steps without lines, and hides those not started', () => {
  const document = documentOf({ build: 'a\nb\n' });
  const sections = logSections(
    document,
    [container('build', 'Running')],
    [
      step(1, undefined, undefined, 'Cached'),
      step(2, 2, undefined, 'Running'),
      step(3, undefined, undefined, 'NotStarted'),
    ],
  );
  expect(sections.map(s => [s.id, s.state, s.lineCount])).toEqual([
    ['build:before', 'Done', 1],
    ['step:1', 'Cached', 0],
    ['step:2', 'Running', 1],
  ]);
});

it('has one section for a build whose steps are not known', () => {
  const sections = logSections(
    documentOf({ build: 'x\n' }),
    [container('build', 'Terminated', 1)],
    [],
  );
  expect(sections).toMatchObject([
    { id: 'build', state: 'Failed', lineCount: 1 },
  ]);
});

it('gives every open line exactly one row, and finds it again', () => {
  const open = fc.dictionary(
    fc.constantFrom('init', 'step:1', 'step:2', 'build:before', 'publish'),
    fc.boolean(),
  );
  const document = documentOf({
    init: 'i\n'.repeat(3),
    build: 'b\n'.repeat(10),
    publish: 'p\n'.repeat(2),
  });
  const sections = logSections(document, ENDED, [
    step(1, 4, 8),
    step(2, 8, 20),
  ]);
  fc.assert(
    fc.property(open, isOpen => {
      const rows = new LogRows(sections, s => isOpen[s.id] ?? false);
      const keys = new Set<number>();
      for (let row = 0; row < rows.count; row++) {
        const { section, line } = rows.at(row);
        keys.add(rows.keyAt(row));
        expect(rows.isHead(row)).toBe(line === undefined);
        const again = line === undefined ? row : rows.rowOfLine(line);
        expect(again).toBe(row);
        const owner = line === undefined ? section : rows.sectionOfLine(line);
        expect(owner).toBe(section);
      }
      expect(keys.size).toBe(rows.count);
    }),
  );
});
