import { BuilderError } from '../../errors/BuilderError';
import type { SolveEvent } from '../../solve/SolveEvent';
import { createProgress } from './createProgress';
import { JsonProgress } from './JsonProgress';
import { LineSplitter } from './LineSplitter';
import { PlainProgress } from './PlainProgress';
import { formatBytes, formatTime, harmless } from './Progress';
import { TerminalProgress } from './TerminalProgress';

const label = {
  title: 'RUN \u001b[31mred',
  platform: { os: 'linux', architecture: 'amd64' },
  position: { file: 'Dockerfile', line: 3, endLine: 3 },
};
const error = new BuilderError('execution', 'exit 1', { exitCode: 1 });
const transfer = {
  type: 'transfer',
  direction: 'push',
  repository: 'r/a',
  digest: 'sha256:0123456789abcdef',
  total: 2000,
} as const;
const events: SolveEvent[] = [
  { type: 'planned', step: 1, steps: 2, label },
  { type: 'cached', step: 1, label, milliseconds: 0 },
  { type: 'started', step: 2, label, milliseconds: 0 },
  { type: 'output', step: 2, stream: 'stdout', bytes: Buffer.from('one\ntw') },
  {
    type: 'output',
    step: 2,
    stream: 'stderr',
    bytes: Buffer.from('err\u001b[2J\n'),
  },
  {
    type: 'output',
    step: 2,
    stream: 'stdout',
    bytes: Buffer.from('o\r50%\r99%'),
  },
  {
    type: 'fetched',
    step: 2,
    addresses: [
      { address: 'evil:1', method: 'CONNECT', allowed: false, bytes: 0 },
    ],
  },
  { ...transfer, done: 1000 },
  { ...transfer, done: 2000, outcome: 'existed' },
  { type: 'warning', message: 'careful', position: label.position },
  { type: 'failed', step: 2, label, milliseconds: 1234, error },
];

function screen() {
  let text = '';
  return {
    columns: 40,
    rows: 10,
    write: (more: string) => (text += more),
    text: () => text,
  };
}

it('writes plain lines, each with its step', () => {
  const out = screen();
  const progress = new PlainProgress(out);
  events.forEach(event => progress.listen(event));
  progress.end();
  expect(out.text().split('\n')).toEqual([
    '#1 CACHED RUN red',
    '#2 RUN red',
    '#2 one',
    '#2 err',
    '#2 two',
    '#2 50%',
    '#2 REFUSED evil:1',
    'push r/a sha256:0123456789ab 2.0 kB (existed)',
    'WARNING Dockerfile:3: careful',
    '#2 99%',
    '#2 FAILED 1.2s',
    '',
  ]);
});

it('writes JSON, one object on each line', () => {
  const out = screen();
  const progress = new JsonProgress(out, () => new Date(0));
  events.forEach(event => progress.listen(event));
  progress.failed(error, 3);
  const lines = out
    .text()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(lines).toHaveLength(events.length + 1);
  expect(lines[0]).toMatchObject({
    v: 1,
    time: '1970-01-01T00:00:00.000Z',
    type: 'planned',
    platform: 'linux/amd64',
    line: 3,
  });
  expect(Buffer.from(lines[3].data, 'base64').toString()).toBe('one\ntw');
  expect(lines.at(-1)).toMatchObject({
    type: 'error',
    exitCode: 3,
    error: { kind: 'execution', message: 'exit 1', exitCode: 1 },
  });
});

it('redraws in place on a terminal, never wider than it is, and ends clean', () => {
  jest.useFakeTimers();
  const out = screen();
  const progress = new TerminalProgress(out, () => 5000);
  events.slice(0, 6).forEach(event => progress.listen(event));
  jest.advanceTimersByTime(100);
  expect(out.text()).toContain('cached RUN red');
  expect(out.text()).toContain('50%');
  expect(out.text()).toContain('1 of 2 steps');
  events.slice(6).forEach(event => progress.listen(event));
  progress.end();
  // eslint-disable-next-line no-control-regex -- what the terminal is told
  const plain = out.text().replace(/\u001b\[[0-9;?]*[a-zA-Z]/g, '');
  expect(Math.max(...plain.split('\n').map(line => line.length))).toBeLessThan(
    40,
  );
  expect(plain).toContain('failed RUN red');
  const moves = [...out.text().matchAll(/\u001b\[(\d+)F/g)]; // eslint-disable-line no-control-regex -- what the terminal is told
  expect(moves.length).toBeGreaterThan(0);
  const before = out.text();
  jest.advanceTimersByTime(1000);
  expect(out.text()).toBe(before);
  jest.useRealTimers();
});

it('chooses what fits', () => {
  const out = screen();
  const of = (flags: object, isTTY = false) =>
    createProgress(flags, { ...out, isTTY }, out);
  expect(of({})).toBeInstanceOf(PlainProgress);
  expect(of({ progress: 'json' }, true)).toBeInstanceOf(JsonProgress);
  const onTerminal = of({ progress: 'tty' });
  expect(onTerminal).toBeInstanceOf(TerminalProgress);
  onTerminal.end();
  of({ quiet: true }).listen(events[0]);
  expect(out.text()).toBe('');
});

it('makes lines of bytes, and text harmless', () => {
  const splitter = new LineSplitter();
  expect(splitter.push(Buffer.from([0xc3]))).toEqual([]);
  expect(splitter.push(Buffer.from([0xa9, 0x0d, 0x0a]))).toEqual(['é']);
  expect(splitter.push(Buffer.alloc(70_000, 'x'))).toHaveLength(1);
  expect(splitter.end()).toEqual([]);
  const shown = harmless('a\u001b]0;title\u0007b\u001b[31mc\td');
  expect(shown).not.toContain('\u001b');
  expect(shown).not.toContain('\u0007');
  expect([formatBytes(999), formatBytes(1_500_000)]).toEqual([
    '999 B',
    '1.5 MB',
  ]);
  expect([formatTime(400), formatTime(185_000)]).toEqual(['0.4s', '3m05s']);
});
