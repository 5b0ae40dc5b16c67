import fc from 'fast-check';
import { markMatches, parseLine } from './parseLine';

it('reads colours, resets them, and keeps decorations', () => {
  expect(parseLine('\x1b[36mINFO\x1b[0m[0001] \x1b[1;31mno\x1b[0m')).toEqual([
    { text: 'INFO', colour: '0, 187, 187' },
    { text: '[0001] ' },
    { text: 'no', colour: '187, 0, 0', bold: true },
  ]);
});

it('reads 256 and true colours', () => {
  expect(parseLine('\x1b[38;5;208ma\x1b[38;2;1;2;3mb')).toEqual([
    { text: 'a', colour: '255, 135, 0' },
    { text: 'b', colour: '1, 2, 3' },
  ]);
});

it('shows what asks to be hidden', () => {
  expect(parseLine('\x1b[8msecret\x1b[0m')).toEqual([{ text: 'secret' }]);
});

it.each([
  ['see https://example.com/a?b=1.', 'https://example.com/a?b=1'],
  ['(http://example.com/x)', 'http://example.com/x'],
])('links %j', (line, href) => {
  expect(parseLine(line).find(span => span.href)).toMatchObject({
    href,
    text: href,
  });
});

it.each([
  // eslint-disable-next-line no-script-url -- this is what must not be linked
  'javascript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,x',
  '//x',
])('does not link %j', line => {
  expect(parseLine(line).some(span => span.href)).toBe(false);
});

it('marks matches across spans, without regard to case', () => {
  const marked = markMatches(
    [{ text: 'Hello W' }, { text: 'orld hello' }],
    'o w',
  );
  expect(marked.map(s => [s.text, s.match])).toEqual([
    ['Hell', false],
    ['o W', true],
    ['orld hello', false],
  ]);
  expect(
    markMatches([{ text: 'ab' }, { text: 'c' }], 'bc').map(s => [
      s.text,
      s.match,
    ]),
  ).toEqual([
    ['a', false],
    ['b', true],
    ['c', true],
  ]);
});

it('never changes the text by marking', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', 'A'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.array(word), word, (texts, query) => {
      const marked = markMatches(
        texts.map(text => ({ text })),
        query,
      );
      expect(marked.map(s => s.text).join('')).toBe(texts.join(''));
    }),
  );
});
