import fc from 'fast-check';
import { formatPlatform, parsePlatform } from './Platform';

const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);

describe('parsePlatform', () => {
  it('is the inverse of formatPlatform', () => {
    fc.assert(
      fc.property(
        part,
        part,
        fc.option(part, { nil: undefined }),
        (os, architecture, cpuVariant) => {
          const platform = cpuVariant
            ? { os, architecture, cpuVariant }
            : { os, architecture };
          expect(parsePlatform(formatPlatform(platform))).toEqual(platform);
        },
      ),
    );
  });

  it.each([
    'linux',
    '',
    'linux/',
    'Linux/amd64',
    'linux/amd64/v8/x',
    'linux/--x',
    'a/b\n',
  ])('refuses %j and says what it wants', text =>
    expect(() => parsePlatform(text)).toThrow(/os\/arch/),
  );
});
