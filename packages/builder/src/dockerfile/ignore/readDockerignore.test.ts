import { cleanPath } from './cleanPath';
import { readDockerignore } from './readDockerignore';

describe('readDockerignore', () => {
  it('drops comments, empty lines and what surrounds patterns', () => {
    const text = [
      '\ufeff# comment',
      '',
      '  node_modules/  ',
      ' # a pattern, not a comment',
      '/dist',
      './a/../b//c',
      '! /keep/me',
      '!keep',
      '!',
      '/',
      '**/*.log\r',
      '..',
    ].join('\n');
    expect(readDockerignore(text)).toEqual([
      'node_modules',
      '# a pattern, not a comment',
      'dist',
      'b/c',
      '!keep/me',
      '!keep',
      '!',
      '/',
      '**/*.log',
      '..',
    ]);
  });

  it('reads bytes', () => {
    expect(readDockerignore(new TextEncoder().encode('ä\nb'))).toEqual([
      'ä',
      'b',
    ]);
  });
});

describe('cleanPath', () => {
  it.each([
    ['', '.'],
    ['.', '.'],
    ['/', '/'],
    ['a/', 'a'],
    ['a//b/./c', 'a/b/c'],
    ['a/../..', '..'],
    ['../a/../../b', '../../b'],
    ['/../a', '/a'],
    ['/a/b/../..', '/'],
  ])('%s is %s', (path, cleaned) => {
    expect(cleanPath(path)).toBe(cleaned);
  });
});
