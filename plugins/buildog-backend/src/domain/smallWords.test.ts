import * as fc from 'fast-check';
import { attemptBackoffMs, backoffMs } from './backoff';
import { derivedId, workloadName } from './names';
import { plainText } from './plainText';
import { summarise } from './statistics';
import { supersedes } from './supersede';
import { buildRow } from './__testUtils__/fixtures';
import { formatBytes, formatSeconds, hostOf } from './words';

it('says sizes and times as people do', () => {
  expect([2 ** 31, 1.5 * 2 ** 30, 512 * 2 ** 20, 12].map(formatBytes)).toEqual([
    '2 GiB',
    '1.5 GiB',
    '512 MiB',
    '12 bytes',
  ]);
  expect([1800, 7200, 90, 60].map(formatSeconds)).toEqual([
    '30 min',
    '2 h',
    '90 s',
    '60 s',
  ]);
});

it('names hosts without credentials', () => {
  expect(hostOf('https://user:secret@git.example.com:8443/x')).toBe(
    'git.example.com:8443',
  );
  expect(hostOf('git@git.example.com:x/y')).toBe('git.example.com');
  expect(hostOf('nonsense')).toBe('the git server');
});

it('waits longer after each failure, but not for ever', () => {
  expect([1, 2, 3, 6, 50].map(n => backoffMs(n))).toEqual([
    1000, 2000, 4000, 30_000, 30_000,
  ]);
  expect(backoffMs(1, 60_000)).toBe(60_000);
  expect(backoffMs(1, 1e9)).toBe(300_000);
  expect([1, 2, 3, 20].map(attemptBackoffMs)).toEqual([
    0, 10_000, 20_000, 300_000,
  ]);
});

it('makes ids and names that are functions of others', () => {
  expect(derivedId('a', 1)).toBe(derivedId('a', 1));
  expect(derivedId('a', 1)).not.toBe(derivedId('a', 2));
  expect(derivedId('ab', 'c')).not.toBe(derivedId('a', 'bc'));
  expect(derivedId('a')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  fc.assert(
    fc.property(fc.string(), fc.string(), (installation, attempt) => {
      const name = workloadName(installation, attempt);
      expect(name).toMatch(/^buildog-[a-z2-7]{26}$/);
      expect(name).not.toBe(workloadName(`${installation}x`, attempt));
    }),
  );
});

it('makes claims of pods fit for a page', () => {
  expect(plainText('a\u0000b\n\u001b[31mc\u202ed', 100)).toBe('a b [31mc d');
  expect(plainText('\ud83d\ude00'.repeat(3), 5)).toBe(
    '\ud83d\ude00\ud83d\ude00',
  );
});

it('sums up the last month and the one before', () => {
  const now = new Date('2026-11-21T00:00:00Z');
  const build = (days: number, seconds: number, succeeded = true) => {
    const finishedAt = new Date(now.getTime() - days * 86_400_000);
    return {
      succeeded,
      finishedAt,
      startedAt: new Date(finishedAt.getTime() - seconds * 1000),
    };
  };
  expect(
    summarise(
      [
        build(1, 10),
        build(2, 20),
        build(3, 90, false),
        build(40, 7),
        build(70, 1),
      ],
      now,
    ),
  ).toEqual({
    finished: 3,
    succeeded: 2,
    medianSeconds: 15,
    medianSecondsBefore: 7,
  });
});

it('lets only a newer build of a branch supersede', () => {
  expect(supersedes(buildRow())).toEqual({
    configId: buildRow().configId,
    branch: 'main',
    olderThan: 42,
  });
  expect(supersedes(buildRow({ branch: undefined }))).toBeUndefined();
  expect(
    supersedes(buildRow({ trigger: { kind: 'Retry', by: 'x' } })),
  ).toBeUndefined();
});
