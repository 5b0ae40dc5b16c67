import { fakeBuild } from '../__testUtils__/fakeBuild';
import { mergeBuilds } from './mergeBuilds';

const build = (number: number, phase = 'Running' as const) =>
  fakeBuild({ number, phase });
const numbers = (rows: { number: number }[]) => rows.map(r => r.number);

it('changes rows in place and counts new ones while somebody reads', () => {
  const shown = [build(3), build(2)];
  const fresh = [
    fakeBuild({ number: 4, phase: 'Pending' }),
    fakeBuild({ number: 3, phase: 'Succeeded' }),
    build(2),
  ];
  const merged = mergeBuilds(shown, fresh, false);
  expect(numbers(merged.rows)).toEqual([3, 2]);
  expect(merged.rows[0].phase).toBe('Succeeded');
  expect(merged.waiting).toBe(1);
});

it('lets them in while nobody does', () => {
  const merged = mergeBuilds([build(3)], [build(4), build(3)], true);
  expect(numbers(merged.rows)).toEqual([4, 3]);
  expect(merged.waiting).toBe(0);
});

it('keeps rows that slid to the next page while new ones wait', () => {
  const merged = mergeBuilds([build(3), build(2)], [build(4), build(3)], false);
  expect(numbers(merged.rows)).toEqual([3, 2]);
});

it('fills an empty list at once', () => {
  expect(mergeBuilds([], [build(1)], false)).toMatchObject({ waiting: 0 });
});
