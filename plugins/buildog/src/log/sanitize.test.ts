/* eslint-disable no-control-regex -- control characters are what this file is about */
import fc from 'fast-check';
import { collapseCarriageReturns, sanitize, withoutColours } from './sanitize';

it.each([
  ['colours stay', '\x1b[1;31mred\x1b[0m', '\x1b[1;31mred\x1b[0m'],
  ['cursor movement goes', 'a\x1b[2Kb\x1b[10;10Hc', 'abc'],
  ['a title goes', '\x1b]0;owned\x07text', 'text'],
  [
    'a hyperlink keeps its text only',
    '\x1b]8;;javascript:alert(1)\x1b\\here\x1b]8;;\x1b\\',
    'here',
  ],
  ['an unfinished string hides the rest', 'a\x1b]52;c;AAAA', 'a'],
  ['a device control string goes', '\x1bPq#0;2;0\x1b\\x', 'x'],
  ['eight-bit controls go', '\x9b31mx\x9d0;t\x9cy', '\x1b[31mxy'],
  ['private modes go', '\x1b[?1049hx\x1b[>4m', 'x'],
  ['a bell becomes a picture', 'a\x07b\x00c\x7f', 'a\u2407b\u2400c\u2421'],
  [
    'direction overrides are spelled out',
    'a\u202eb\u2066c',
    'a[U+202E]b[U+2066]c',
  ],
  ['line separators are spelled out', 'a\u2028b', 'a[U+2028]b'],
  ['tabs stay', 'a\tb', 'a\tb'],
])('%s', (_, input, expected) => {
  expect(sanitize(input)).toBe(expected);
});

it('leaves nothing but text, tabs and colours, whatever comes', () => {
  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        '\x1b',
        '[',
        ']',
        'm',
        ';',
        '0',
        '\x07',
        '\\',
        '\r',
        '\x9b',
        '\u202e',
        'P',
        'a',
        '\u2029',
      ),
      fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
    ),
    maxLength: 60,
  });
  fc.assert(
    fc.property(nasty, text => {
      const rest = sanitize(text).replace(/\x1b\[[0-9;]*m/g, '');
      expect(rest).not.toMatch(
        /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/,
      );
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['10 %\r50 %\r100 %', '100 %'],
  ['100 %\r', '100 %'],
  ['plain', 'plain'],
  ['\r\r', ''],
])('shows of %j what a terminal would', (line, shown) => {
  expect(collapseCarriageReturns(line)).toBe(shown);
});

it('takes colours away', () => {
  expect(withoutColours('\x1b[1;31mred\x1b[m!')).toBe('red!');
});
