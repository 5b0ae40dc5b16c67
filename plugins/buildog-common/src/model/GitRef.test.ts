import fc from 'fast-check';
import { ModelError } from './ModelError';
import { parseGitRef } from './GitRef';

describe('parseGitRef', () => {
  it.each(['main', 'feat/fraud-model', 'v1.2.3', 'release/2026.11', 'ünïcode'])(
    'admits %s',
    ref => expect(parseGitRef(ref)).toBe(ref),
  );

  it.each([
    '',
    '-upload-pack=touch',
    '--upload-pack=x',
    'a..b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a?b',
    'a*',
    'a[b',
    'a\\b',
    'a//b',
    '/a',
    'a/',
    'a.lock',
    'a.lock/b',
    '.a',
    'a/.b',
    'a.',
    'a@{1}',
    '@',
    'a\nb',
    'a\0b',
    'x'.repeat(251),
  ])('refuses %j', ref =>
    expect(() => parseGitRef(ref)).toThrow(
      expect.objectContaining({ code: 'InvalidRef' }),
    ),
  );

  it('never admits what git could read as an option', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(() => parseGitRef(`-${text}`)).toThrow(ModelError);
      }),
    );
  });
});
