import fc from 'fast-check';
import { hasWildcard, matchSource } from './matchSource';

describe('matchSource', () => {
  it.each([
    ['*.txt', 'a.txt', true],
    ['*.txt', 'd/a.txt', false],
    ['d/*.txt', 'd/a.txt', true],
    ['/d/?.txt', 'd/a.txt', true],
    ['./d//*.txt', 'd/a.txt', true],
    ['../*.txt', 'a.txt', true],
    ['d*/x', 'dir/x', true],
    ['d*/x', 'dir/y/x', false],
    ['**/x', 'a/x', true],
    ['**/x', 'a/b/x', false],
    ['arr[[]0].txt', 'arr[0].txt', true],
    ['a\\*', 'a\\*', true],
    ['[^a]*', 'b', true],
    ['[^a]*', 'abc', false],
  ])('%s means %s: %p', (pattern, path, expected) => {
    expect(matchSource(pattern).matches(path)).toBe(expected);
  });

  it('refuses patterns that are not valid', () => {
    expect(() => matchSource('[a-]')).toThrow('closed');
  });

  it('says where to look', () => {
    expect(matchSource('a/b/c*/d?')).toMatchObject({
      hasWildcard: true,
      base: 'a/b',
    });
    expect(matchSource('*')).toMatchObject({ hasWildcard: true, base: '' });
    expect(matchSource('/a/b/')).toMatchObject({
      hasWildcard: false,
      base: 'a/b',
    });
    expect(matchSource('/')).toMatchObject({ hasWildcard: false, base: '' });
    expect(hasWildcard('a\\[b')).toBe(false);
  });

  it('agrees with a regular expression', () => {
    const unit = fc.constantFrom('a', 'b', '/', '*', '?');
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 }),
        (pattern, path) => {
          fc.pre(!/\/\/|\/$|^\//.test(pattern) && pattern !== '');
          const source = pattern.replace(/\*/g, '[^/]*').replace(/\?/g, '[^/]');
          expect(matchSource(pattern).matches(path)).toBe(
            new RegExp(`^${source}$`).test(path),
          );
        },
      ),
      { numRuns: 3000 },
    );
  });
});
