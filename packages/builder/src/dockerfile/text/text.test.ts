import { didYouMean, nearest } from './nearest';
import { quote, redactUserInfo, summarize } from './redact';
import { cutBlanks, isSpace, splitBlanks, trimSpace } from './whitespace';

describe('whitespace', () => {
  it('knows Unicode white space, and no byte order mark', () => {
    expect(
      [' ', '\t', '\u0085', '\u00a0', '\u2003', '\u3000'].every(isSpace),
    ).toBe(true);
    expect(['\ufeff', 'a', '', '  '].some(isSpace)).toBe(false);
    expect(trimSpace('\u00a0 a b\t\n')).toBe('a b');
    expect(trimSpace(' \t')).toBe('');
  });

  it('cuts at blanks only', () => {
    expect(splitBlanks('a \t b\u00a0c')).toEqual(['a', 'b\u00a0c']);
    expect(cutBlanks('RUN  a b')).toEqual(['RUN', 'a b']);
    expect(cutBlanks('RUN')).toEqual(['RUN', undefined]);
  });
});

describe('nearest', () => {
  it.each([
    ['FORM', ['FROM', 'RUN'], 'FROM'],
    ['chmood', ['chown', 'chmod', 'link'], 'chmod'],
    ['buidler', ['builder', 'base'], 'builder'],
    ['xyz', ['builder', 'base'], undefined],
    // The word is right: something else is wrong.
    ['base', ['bass', 'base'], undefined],
    ['a'.repeat(65), ['a'.repeat(64)], undefined],
  ])('%s among %j is %s', (word, names, meant) => {
    expect(nearest(word, names)).toBe(meant);
  });

  it('ignores case when told to', () => {
    expect(nearest('CPOY', ['copy'], { ignoreCase: true })).toBe('copy');
    expect(nearest('CPOY', ['copy'])).toBeUndefined();
  });

  it('looks at a bounded number of names', () => {
    const names = Array.from(
      { length: 5000 },
      (_, index) => `n${index}${'x'.repeat(4)}`,
    );
    expect(
      nearest('builder', [...names.map(name => name.slice(0, 7)), 'builden']),
    ).toBeUndefined();
  });

  it('ends a message', () => {
    expect(didYouMean('FROM')).toBe('; did you mean FROM?');
    expect(didYouMean(undefined)).toBe('');
  });
});

describe('redact', () => {
  it.each([
    ['ADD https://me:pw@host/a /b', 'ADD https://***@host/a /b'],
    ['ADD https://token@host/a.git#v1 /b', 'ADD https://***@host/a.git#v1 /b'],
    ['git@host:a/b', 'git@host:a/b'],
    ['https://host/@scope/name', 'https://host/@scope/name'],
    ['https://a:b@c:d@host/', 'https://***@host/'],
  ])('%s', (text, expected) => {
    expect(redactUserInfo(text)).toBe(expected);
  });

  it('makes one short line', () => {
    expect(summarize(`RUN a \n  b`)).toBe('RUN a b');
    expect(summarize('x'.repeat(500))).toHaveLength(120);
    expect(quote('a "b"\nc')).toBe('"a \\"b\\" c"');
  });
});
