import { formatLogAnchor, parseLogAnchor } from './logAnchor';

it.each([
  ['#L120', { from: 120, to: 120 }],
  ['#L120-L140', { from: 120, to: 140 }],
  ['#L140-L120', { from: 120, to: 140 }],
  ['', undefined],
  ['#L0', undefined],
  ['#L12x', undefined],
  ['#other', undefined],
])('reads %j', (hash, anchor) => {
  expect(parseLogAnchor(hash)).toEqual(anchor);
});

it('writes what it reads', () => {
  for (const hash of ['#L3', '#L3-L9']) {
    expect(formatLogAnchor(parseLogAnchor(hash)!)).toBe(hash);
  }
});
