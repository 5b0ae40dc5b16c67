import fc from 'fast-check';
import { SyntaxProblem } from '../parser/statementError';
import { type ExpandOptions, expandWord, expandWords } from './expandWord';

const values: Record<string, string> = {
  x: 'value',
  empty: '',
  path: '/usr/local/bin/tool.tar.gz',
  words: 'one two',
  name1: 'n',
  '1': 'first',
};
const variables = {
  get: (name: string) =>
    Object.hasOwn(values, name) ? values[name] : undefined,
};
const expand = (word: string, options?: ExpandOptions) =>
  expandWord(word, variables, options).text;

/** What is wrong with a word; empty when nothing is. */
function problemOf(word: string): string {
  try {
    expand(word);
    return '';
  } catch (error) {
    if (error instanceof SyntaxProblem) return error.message;
    throw error;
  }
}

describe('expandWord', () => {
  it.each([
    ['plain', 'plain'],
    ['$x', 'value'],
    ['${x}', 'value'],
    ['a${x}b$x', 'avaluebvalue'],
    ['$nope', ''],
    ['${nope}', ''],
    ['$', '$'],
    ['$ x', '$ x'],
    ['a$', 'a$'],
    ['$1x', 'firstx'],
    ['$name1', 'n'],
    ['$x-y', 'value-y'],
    ['\\$x', '$x'],
    ['\\\\$x', '\\value'],
    ["'$x'", '$x'],
    ['"$x"', 'value'],
    ['"a \'$x\' b"', "a 'value' b"],
    ['"\\$x \\" \\\\ \\n"', '$x " \\ \\n'],
    ['a\\', 'a'],
    ['"a\\"b"', 'a"b'],
    ['"" \'\'', ' '],
    ['ä€𝄞${x}', 'ä€𝄞value'],
    ['<<EOF', '<<EOF'],
    ['a<b', 'a<b'],
  ])('%s', (word, expected) => {
    expect(expand(word)).toBe(expected);
  });

  it.each([
    ['${x:-d}', 'value'],
    ['${empty:-d}', 'd'],
    ['${nope:-d}', 'd'],
    ['${empty-d}', ''],
    ['${nope-d}', 'd'],
    ['${x:+d}', 'd'],
    ['${empty:+d}', ''],
    ['${nope:+d}', ''],
    ['${empty+d}', 'd'],
    ['${nope+d}', ''],
    ['${x:?no}', 'value'],
    ['${empty?no}', ''],
    ['${nope:-${x:-y}}', 'value'],
    ['${nope:-"a b"}', 'a b'],
    ['${nope:-a\\}b}', 'a}b'],
    ['${nope-}', ''],
  ])('default %s', (word, expected) => {
    expect(expand(word)).toBe(expected);
  });

  it.each([
    ['${path#*/}', 'usr/local/bin/tool.tar.gz'],
    ['${path##*/}', 'tool.tar.gz'],
    ['${path%.*}', '/usr/local/bin/tool.tar'],
    ['${path%%.*}', '/usr/local/bin/tool'],
    ['${path%/*}', '/usr/local/bin'],
    ['${path#/???}', '/local/bin/tool.tar.gz'],
    ['${path#nothing}', '/usr/local/bin/tool.tar.gz'],
    ['${path/local/opt}', '/usr/opt/bin/tool.tar.gz'],
    ['${path//\\//_}', '_usr_local_bin_tool.tar.gz'],
    ['${path//t*r/X}', '/usr/local/bin/X.gz'],
    ['${x//a/}', 'vlue'],
    ['${x//?/-}', '-----'],
    ['${x/*/all}', 'all'],
    ['${nope/a/b}', ''],
    ['${nope#a}', ''],
  ])('pattern %s', (word, expected) => {
    expect(expand(word)).toBe(expected);
  });

  it.each([
    ['${x', "no closing '}'|unsupported modifier"],
    ['${', "no closing '}'"],
    ['${}', 'name of a variable'],
    ['${:x}', 'name of a variable'],
    ['${{x}}', 'name of a variable'],
    ['${x!y}', 'unsupported modifier "!"'],
    ['${x:!y}', 'unsupported modifier ":!"'],
    ['${x:#y}', 'unsupported modifier ":#"'],
    ['${x:', 'unsupported modifier ":"'],
    ['${x:-y', 'no closing }'],
    ['${x/a', 'no closing /'],
    ['${x/a/b', 'no closing }'],
    ['${x#\\q}', 'invalid escape'],
    ['${x#\\}', 'no closing }'],
    ['${nope?}', 'nope: is not allowed to be unset'],
    ['${empty:?}', 'empty: is not allowed to be empty'],
    ['${nope:?say so}', 'nope: say so'],
    ["'a", "single quote (') is not closed"],
    ['"a', 'double quote (") is not closed'],
    [`${'${a:-'.repeat(100)}${'}'.repeat(100)}`, 'nested too deeply'],
    [`\${x#${'a'.repeat(2000)}}`, 'at most 1024'],
  ])('refuses %s', (word, message) => {
    const wanted = message.split('|');
    const said = problemOf(word);
    expect(wanted.filter(part => said.includes(part))).not.toEqual([]);
  });

  it('refuses results that are too long', () => {
    const long = { get: () => 'x'.repeat(100_000) };
    expect(() => expandWord('$a'.repeat(11), long)).toThrow('longer than');
    expect(() => expandWord('${a//x/12345678901234567890}', long)).not.toThrow(
      RangeError,
    );
  });

  it('takes the escape character of the directive', () => {
    expect(expand('`$x C:\\dir', { escape: '`' })).toBe('$x C:\\dir');
  });

  it('keeps what it is told to keep', () => {
    expect(expand('"$x" \'y\'', { keepQuotes: true })).toBe('"value" \'y\'');
    expect(expand('\\$x', { keepEscapes: true })).toBe('\\$x');
    const keepUnset = { keepUnset: true };
    expect(expand('$nope ${nope} ${nope:-a} ${nope/a/b} $x', keepUnset)).toBe(
      '$nope ${nope} ${nope:-a} ${nope/a/b} value',
    );
    expect(expand(`it's "$x"`, { plainQuotes: true })).toBe(`it's "value"`);
  });

  it('says which names it knew', () => {
    const result = expandWord('$x ${nope:-$other}', variables);
    expect([...result.matched]).toEqual(['x']);
    expect([...result.unmatched]).toEqual(['other', 'nope']);
  });

  it('gives plain text back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        fc.pre(!/[$'"\\<]/.test(text));
        expect(expand(text)).toBe(text);
      }),
    );
  });

  it('ends in a result or in a SyntaxProblem for any text', () => {
    const piece = fc.constantFrom(
      ...['$', '{', '}', ':', '-', '+', '?', '#', '%', '/', '\\', '"', "'"],
      ...['a', 'x', ' ', '*', '<', '<<', '${x', '${x:-', '${x/', 'é'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        // Throws what is no SyntaxProblem.
        expect(typeof problemOf(pieces.join(''))).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('expandWords', () => {
  it.each([
    ['a b  c', ['a', 'b', 'c']],
    ['$words', ['one', 'two']],
    ['"$words"', ['one two']],
    ['x$words', ['xone', 'two']],
    ["'a b' c\\ d", ['a b', 'c d']],
    ['"" a', ['a']],
    ['', []],
    ['<< EOF b', ['<< EOF', 'b']],
  ])('%s', (text, words) => {
    expect(expandWords(text, variables)).toEqual(words);
  });
});
