import fc from 'fast-check';
import { removePrefix, removeSuffix, replaceMatches } from './substitute';

/** Every way to match a pattern at the start of a text: the ends of all matches. */
function ends(pattern: string, text: string): number[] {
  if (pattern === '') return [0];
  const [first] = pattern;
  const rest = pattern.slice(1);
  if (first === '*') {
    const found: number[] = [];
    for (let taken = 0; taken <= text.length; taken += 1) {
      found.push(...ends(rest, text.slice(taken)).map(end => end + taken));
    }
    return found;
  }
  if (text === '' || (first !== '?' && first !== text[0])) return [];
  return ends(rest, text.slice(1)).map(end => end + 1);
}

const pattern = fc.string({
  unit: fc.constantFrom('a', 'b', '*', '?'),
  maxLength: 5,
});
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
const reverse = (word: string) => [...word].reverse().join('');

describe('substitutions', () => {
  it('remove the shortest and the longest prefix', () => {
    fc.assert(
      fc.property(pattern, text, (wanted, value) => {
        const all = ends(wanted, value);
        const [least, most] = all.length
          ? [Math.min(...all), Math.max(...all)]
          : [0, 0];
        expect(removePrefix(value, wanted, false)).toBe(value.slice(least));
        expect(removePrefix(value, wanted, true)).toBe(value.slice(most));
      }),
      { numRuns: 1000 },
    );
  });

  it('remove suffixes as they remove prefixes of the reversed text', () => {
    fc.assert(
      fc.property(pattern, text, fc.boolean(), (wanted, value, longest) => {
        expect(removeSuffix(value, wanted, longest)).toBe(
          reverse(removePrefix(reverse(value), reverse(wanted), longest)),
        );
      }),
    );
  });

  it('replace the leftmost longest match, or all of them', () => {
    fc.assert(
      fc.property(pattern, text, (wanted, value) => {
        const compiled = wanted.replace(/\*/g, '.*').replace(/\?/g, '.');
        expect(replaceMatches(value, wanted, 'X', false)).toBe(
          value.replace(new RegExp(compiled), 'X'),
        );
        // Empty matches next to others: Go leaves them out, JavaScript does not.
        fc.pre(/[ab?]/.test(wanted));
        expect(replaceMatches(value, wanted, 'X', true)).toBe(
          value.replace(new RegExp(compiled, 'g'), 'X'),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['abc', '*', 'X'],
    ['', '*', 'X'],
    ['ab', '', 'XaXbX'],
  ])('replace all of %j by %j', (value, wanted, expected) => {
    expect(replaceMatches(value, wanted, 'X', true)).toBe(expected);
  });

  it('do not let stars cross lines', () => {
    expect(replaceMatches('a1b\na2b', 'a*b', 'X', true)).toBe('X\nX');
    expect(removePrefix('a\nb', 'a*b', true)).toBe('a\nb');
    expect(removePrefix('a\nb', 'a?b', true)).toBe('a\nb');
  });

  it('are quick for patterns that make others slow', () => {
    const value = 'a'.repeat(50_000);
    expect(replaceMatches(value, `${'*a'.repeat(20)}b`, 'X', true)).toBe(value);
    expect(removeSuffix(value, `${'a*'.repeat(20)}b`, true)).toBe(value);
  });
});
