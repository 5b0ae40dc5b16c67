import { retain } from './retention';
import type { FinishedRecord } from './retention';

const now = new Date('2026-11-21T00:00:00Z');
const options = { logDays: 10, buildDays: 20, keepPerConfig: 2, orphanDays: 5 };
const build = (
  id: string,
  days: number,
  override: Partial<FinishedRecord> = {},
): FinishedRecord => ({
  id,
  configId: 'c',
  finishedAt: new Date(now.getTime() - days * 86_400_000),
  succeeded: false,
  logsPurged: false,
  ...override,
});

describe('retain', () => {
  it('purges old logs, and deletes old builds but the newest', () => {
    expect(
      retain(
        [
          build('young', 1),
          build('second', 30),
          build('third', 31),
          build('fourth', 32, { logsPurged: true }),
        ],
        options,
        now,
      ),
    ).toEqual({ purgeLogs: ['second'], delete: ['third', 'fourth'] });
  });

  it('keeps the newest success, whatever its age', () => {
    const builds = [
      build('a', 1),
      build('b', 2),
      build('good', 100, { succeeded: true, logsPurged: true }),
      build('older', 101, { succeeded: true, logsPurged: true }),
    ];
    expect(retain(builds, options, now)).toEqual({
      purgeLogs: [],
      delete: ['older'],
    });
  });

  it('counts each configuration for itself', () => {
    const builds = ['x', 'y'].flatMap(configId =>
      [1, 2].map(n =>
        build(`${configId}${n}`, 50, { configId, logsPurged: true }),
      ),
    );
    expect(retain(builds, options, now).delete).toEqual([]);
  });

  it('deletes everything of an entity that is long gone', () => {
    const orphan = (days: number) =>
      build('o', 1, {
        succeeded: true,
        orphanedAt: new Date(now.getTime() - days * 86_400_000),
      });
    expect(retain([orphan(6)], options, now).delete).toEqual(['o']);
    expect(retain([orphan(4)], options, now).delete).toEqual([]);
  });
});
