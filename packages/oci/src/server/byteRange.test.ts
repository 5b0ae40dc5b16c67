import { parseContentRange, parseRange } from './byteRange';

describe('parseRange', () => {
  it.each<[string | undefined, number, ReturnType<typeof parseRange>]>([
    [undefined, 10, undefined],
    ['bytes=0-4', 10, { start: 0, end: 4 }],
    ['bytes=5-', 10, { start: 5, end: 9 }],
    ['bytes=5-99', 10, { start: 5, end: 9 }],
    ['bytes=-3', 10, { start: 7, end: 9 }],
    ['bytes=-99', 10, { start: 0, end: 9 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-0', 0, 'unsatisfiable'],
    ['bytes=4-2', 10, undefined],
    ['bytes=-', 10, undefined],
    ['bytes=0-1,3-4', 10, undefined],
    ['pages=0-1', 10, undefined],
    ['bytes=0x1-4', 10, undefined],
  ])('%s of %i', (header, size, range) => {
    expect(parseRange(header, size)).toEqual(range);
  });
});

describe('parseContentRange', () => {
  it.each<[string | undefined, ReturnType<typeof parseContentRange>]>([
    [undefined, undefined],
    ['0-9', { start: 0, end: 9 }],
    ['bytes 0-9/10', { start: 0, end: 9 }],
    ['bytes=0-9/*', { start: 0, end: 9 }],
    ['9-0', 'invalid'],
    ['-1-3', 'invalid'],
    ['a', 'invalid'],
  ])('%s', (header, range) => {
    expect(parseContentRange(header)).toEqual(range);
  });
});
