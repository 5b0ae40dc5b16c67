import fc from 'fast-check';
import { createIgnoreMatcher } from './createIgnoreMatcher';
import { readDockerignore } from './readDockerignore';

/**
 * A slow model of moby/patternmatcher, made from its documentation and tests
 * and with nothing of ours in it: patterns are regular expressions, and a path
 * is looked at from the top, folder by folder.
 */
function model(patterns: readonly string[], path: string): boolean {
  const rules = patterns.map(pattern => {
    const exception = pattern.startsWith('!');
    return { exception, test: asTest(exception ? pattern.slice(1) : pattern) };
  });
  const elements = path.split('/');
  let above: boolean[] = rules.map(() => false);
  let ignored = false;
  elements.forEach((_, index) => {
    const current = elements.slice(0, index + 1).join('/');
    ignored = false;
    above = rules.map(({ exception, test }, rule) => {
      const relevant = exception === ignored;
      const hit = above[rule] || (relevant && test(current));
      if (hit) ignored = !exception;
      return hit;
    });
  });
  return ignored;
}

function asTest(pattern: string): (path: string) => boolean {
  if (/^\*\*[^*?[\]\\]+$/.test(pattern)) {
    const tail = pattern.slice(2);
    return path => path.endsWith(tail) || `/${path}` === tail;
  }
  const source = pattern
    .replace(/[.+()|{}$^]/g, '\\$&')
    .replace(/\*\*\/?$/, '\ue001')
    .replace(/\*\*\/?/g, '\ue002')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]')
    .replace(/\ue001/g, '.*')
    .replace(/\ue002/g, '(.*/)?');
  const expression = new RegExp(`^${source}$`, 's');
  return path => expression.test(path);
}

const element = fc.constantFrom('a', 'b', 'ab', 'a.b', 'c');
const path = fc
  .array(element, { minLength: 1, maxLength: 4 })
  .map(all => all.join('/'));
const patternElement = fc.constantFrom(
  ...['a', 'b', 'ab', 'a.b', '*', '**', 'a*', '*b', '?', 'a?', '**b', 'a**'],
);
const pattern = fc
  .tuple(
    fc.constantFrom('', '', '!'),
    fc.array(patternElement, { minLength: 1, maxLength: 3 }),
  )
  .map(([mark, elements]) => mark + elements.join('/'));

describe('createIgnoreMatcher', () => {
  it('agrees with the model', () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 6 }),
        path,
        (patterns, file) => {
          expect(createIgnoreMatcher(patterns).ignores(file)).toBe(
            model(patterns, file),
          );
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('says the same in a walk as for single paths', () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 5 }),
        fc.array(path, { maxLength: 5 }),
        (patterns, files) => {
          const matcher = createIgnoreMatcher(patterns);
          for (const file of files) {
            const elements = file.split('/');
            let state;
            for (let end = 1; end <= elements.length; end += 1) {
              state = matcher.enter(elements.slice(0, end).join('/'), state);
            }
            expect(matcher.ignores(file)).toBe(state?.ignored);
          }
        },
      ),
    );
  });

  it('looks into every folder that may hold something to keep', () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 5 }),
        path,
        (patterns, file) => {
          const matcher = createIgnoreMatcher(['**', ...patterns]);
          const folder = file.split('/').slice(0, -1).join('/');
          // The first pattern leaves out everything, so what is not left out
          // was kept by an exception.
          if (folder === '' || matcher.ignores(file)) return;
          expect(matcher.mayKeepBelow(folder)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['node_modules', 'node_modules/a/b.js', true],
    ['node_modules', 'sub/node_modules', false],
    ['**/node_modules', 'sub/node_modules/x', true],
    ['**/node_modules', 'node_modules', true],
    ['*.md', 'README.md', true],
    ['*.md', 'docs/README.md', false],
    ['*/*.md', 'docs/README.md', true],
    ['docs/**', 'docs/a/b', true],
    ['docs/**', 'docs', false],
    ['**', 'anything/at/all', true],
    ['*', 'a/b', true],
    ['*\n!a', 'a/b', false],
    ['*\n!a/b', 'a/b', false],
    ['*\n!a/b', 'a/c', true],
    ['a\n!a/b\na', 'a/b', false],
    ['*.md\n!README*.md\nREADME-secret.md', 'README-secret.md', true],
    ['/foo/bar', 'foo/bar', true],
    ['foo/', 'foo/x', true],
    ['[a-c].txt', 'b.txt', true],
    ['[^a-c].txt', 'b.txt', false],
    ['a[*]b', 'a*b', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['**x', 'a/bx', true],
    ['a**b', 'ab', true],
    ['a**b', 'a/x/b', true],
    ['a**b', 'a/xb', false],
    ['.', 'a', false],
    ['(a|b)+', 'a', false],
    ['ä*', 'äé', true],
  ])('%j leaves %s out: %p', (text, file, expected) => {
    const matcher = createIgnoreMatcher(readDockerignore(text));
    expect(matcher.ignores(file)).toBe(expected);
  });

  it('never leaves out the root, and nothing without patterns', () => {
    expect(createIgnoreMatcher(['**']).ignores('')).toBe(false);
    expect(createIgnoreMatcher(['*']).ignores('.')).toBe(false);
    expect(createIgnoreMatcher(['', ' ']).ignores('a')).toBe(false);
  });

  it('knows where nothing can be kept', () => {
    const matcher = createIgnoreMatcher(['*', '!src/main', '!docs/*.md']);
    expect(matcher.mayKeepBelow('src')).toBe(true);
    expect(matcher.mayKeepBelow('src/main/deep')).toBe(true);
    expect(matcher.mayKeepBelow('docs/x')).toBe(true);
    expect(matcher.mayKeepBelow('node_modules')).toBe(false);
  });

  it.each([
    ['!', 'names nothing'],
    ['a[b', 'closed'],
    ['a[]b', 'closed'],
    ['a[b-]c', 'closed'],
    ['a[b-', 'closed'],
    ['a[\\', 'closed'],
    ['a\\', 'escape'],
  ])('refuses %s', (text, reason) => {
    expect(() => createIgnoreMatcher([text])).toThrow(reason);
  });

  it('is quick for patterns that make others slow', () => {
    const matcher = createIgnoreMatcher([
      `${'*a'.repeat(50)}*b`,
      `${'**/a*'.repeat(30)}/b`,
    ]);
    expect(matcher.ignores('a'.repeat(4000))).toBe(false);
    expect(matcher.ignores(`${'a/'.repeat(200)}c`)).toBe(false);
  });
});
