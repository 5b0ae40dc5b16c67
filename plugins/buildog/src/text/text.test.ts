import { formatClock, formatSeconds, secondsBetween } from './duration';
import { formatAgo } from './instant';
import { shortDigest, shortName, splitReference, triggerWords } from './names';
import { formatLimit, formatSize } from './size';

it.each([
  [4, '4 s'],
  [127, '2 min 07 s'],
  [3725, '1 h 02 min'],
  [-3, '0 s'],
])('says %d seconds as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

it.each([
  [24.13, '24.1 s'],
  [59.97, '59 s'],
  [63, '1 min 03 s'],
])('says %d seconds with tenths as %s', (seconds, text) => {
  expect(formatSeconds(seconds, { tenths: true })).toBe(text);
});

it('says durations on a clock', () => {
  expect(formatClock(118)).toBe('1:58');
  expect(formatClock(3723)).toBe('1:02:03');
  expect(
    secondsBetween('2026-11-20T10:00:00Z', '2026-11-20T10:01:00Z', 0),
  ).toBe(60);
});

it.each([
  [10, 'just now'],
  [125, '2 min ago'],
  [3 * 3600 + 1, '3 h ago'],
  [26 * 3600, 'yesterday'],
  [5 * 86400, '5 days ago'],
  [60 * 86400, '21 Sep 2026'],
])('says %d seconds ago as %s', (seconds, text) => {
  const now = new Date(2026, 10, 20, 18, 0, 0).getTime();
  expect(formatAgo(new Date(now - seconds * 1000).toISOString(), now)).toBe(
    text,
  );
});

it('shortens names, digests and references', () => {
  expect(shortName('user:default/guest')).toBe('guest');
  expect(shortName('plugin:scaffolder/x y')).toBe('x y');
  expect(shortName('not a ref')).toBe('not a ref');
  expect(shortDigest(`sha256:${'7b1e05c9'.repeat(8)}`)).toBe(
    'sha256:7b1e05c9…7b1e05c9',
  );
  expect(shortDigest('sha256:short')).toBe('sha256:short');
  expect(splitReference('r.example.com/a/b:1')).toEqual({
    path: 'r.example.com/a/',
    rest: 'b:1',
  });
  expect(
    triggerWords({
      kind: 'Retry',
      by: 'user:default/guest',
      ofBuild: { id: 'x', number: 33 },
    }),
  ).toBe('Retry of #33');
});

it('says sizes', () => {
  expect(formatSize(400)).toBe('0.4 kB');
  expect(formatSize(84_200_000)).toBe('84.2 MB');
  expect(formatSize(2_130_000_000)).toBe('2.13 GB');
  expect(formatLimit(2 * 1024 ** 3)).toBe('2 GiB');
  expect(formatLimit(512 * 1024 ** 2)).toBe('512 MiB');
});
