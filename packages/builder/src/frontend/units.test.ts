import { Environment } from './Environment';
import { goDuration, goQuote, goQuoteRune } from './format/goFormat';
import { parseGitAddress } from './parseGitAddress';
import {
  formatFullPlatform,
  normalizePlatform,
  parsePlatform,
} from './platform';

const local = { os: 'linux', architecture: 'amd64' };

describe('platforms', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['LINUX/ARM64/V8', 'linux/arm64'],
    ['linux/aarch64/9', 'linux/arm64/v9'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/i386', 'linux/386'],
    ['arm64', 'linux/arm64'],
    ['linux', 'linux/amd64'],
    ['macos/arm64', 'darwin/arm64'],
    ['windows(10.0.1)/amd64', 'windows(10.0.1)/amd64'],
  ])('%s is %s', (text, expected) => {
    expect(formatFullPlatform(parsePlatform(text, local))).toBe(expected);
  });

  it.each([
    '',
    '*',
    'linux/',
    'linux/a/b/c',
    'z80',
    'linux/am d64',
    'li nux/amd64',
  ])('refuses %j', text =>
    expect(() => parsePlatform(text, local)).toThrow('is no platform'),
  );

  it('drops what is empty', () => {
    expect(
      normalizePlatform({ ...local, variant: '', 'os.version': '' }),
    ).toEqual(local);
  });
});

describe('Go formats', () => {
  it.each([
    [0, '0s'],
    [1, '1ns'],
    [1500, '1.5µs'],
    [2e6, '2ms'],
    [1e9, '1s'],
    [1.5e9, '1.5s'],
    [90e9, '1m30s'],
    [3600e9, '1h0m0s'],
    [3661.25e9, '1h1m1.25s'],
  ])('%d ns is %s', (nanoseconds, text) => {
    expect(goDuration(nanoseconds)).toBe(text);
  });

  it('quotes', () => {
    expect(goQuote('a"\\\n\t\u0001\u007fé\u00a0\u200b𝄞\u{e000}')).toBe(
      '"a\\"\\\\\\n\\t\\x01\\x7fé\\u00a0\\u200b𝄞\\ue000"',
    );
    expect(goQuoteRune(3)).toBe("'\\x03'");
    expect(goQuoteRune(39)).toBe("'\\''");
    expect(goQuoteRune(65)).toBe("'A'");
    expect(goQuoteRune(0xd800)).toBe("'\ufffd'");
  });
});

describe('parseGitAddress', () => {
  it.each([
    ['https://x/a.git', { remote: 'https://x/a.git' }],
    ['http://x/a.git#main', { remote: 'http://x/a.git', ref: 'main' }],
    [
      'https://x/a.git#:sub/dir',
      { remote: 'https://x/a.git', subdirectory: 'sub/dir' },
    ],
    [
      'https://x/a.git#feat%2Fx:s',
      { remote: 'https://x/a.git', ref: 'feat/x', subdirectory: 's' },
    ],
    ['ssh://git@x:22/a', { remote: 'ssh://git@x:22/a' }],
    ['git://x/a', { remote: 'git://x/a' }],
    [
      'git@x.example:a/b.git#v1',
      { remote: 'git@x.example:a/b.git', ref: 'v1' },
    ],
    [
      'https://x/a.git?ref=v1&subdir=s',
      { remote: 'https://x/a.git', ref: 'v1', subdirectory: 's' },
    ],
    [
      'https://x/a.git?branch=b',
      { remote: 'https://x/a.git', ref: 'refs/heads/b' },
    ],
    [
      'https://x/a.git?tag=refs/tags/t',
      { remote: 'https://x/a.git', ref: 'refs/tags/t' },
    ],
    [
      'https://x/a.git?submodules&keep-git-dir=1&checksum=abc',
      {
        remote: 'https://x/a.git',
        submodules: true,
        keepGitDirectory: true,
        checksum: 'abc',
      },
    ],
    ['https://x/a.git?ref=v1#v1', { remote: 'https://x/a.git', ref: 'v1' }],
  ])('%s', (text, expected) => {
    expect(parseGitAddress(text)).toEqual(expected);
  });

  it.each([
    ...['https://x/a', 'https://x/a.tgz', 'github.com/a/b', './a', '../a@b:c'],
    ...['ftp://x/a.git', 'a/b', 'http://[', '', 'a.git'],
  ])('%s is none', text => {
    expect(parseGitAddress(text)).toBeUndefined();
  });

  it.each([
    ['?x=1', 'is not known'],
    ['?ref=', 'has no value'],
    ['?ref=a&ref=b', 'given twice'],
    ['?ref=a&tag=b', 'several revisions'],
    ['?ref=a#b', 'several revisions'],
    ['?subdir=a#:b', 'different things'],
    ['?submodules=maybe', 'true or false'],
  ])('refuses %s', (options, message) => {
    expect(() => parseGitAddress(`https://x/a.git${options}`)).toThrow(message);
  });
});

describe('Environment', () => {
  it('keeps the order of the last setting', () => {
    const environment = Environment.from(['a=1', 'b=x=y', 'c']);
    environment.set('a', '2');
    expect(environment.list()).toEqual(['b=x=y', 'c=', 'a=2']);
    expect(environment.list()).toBe(environment.list());
    const copy = environment.copy();
    copy.set('d', '');
    expect(environment.get('d')).toBeUndefined();
    expect([...copy.names()]).toEqual(['b', 'c', 'a', 'd']);
  });
});
