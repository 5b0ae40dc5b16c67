import fc from 'fast-check';
import { isDigest, parseDigest, sha256, splitDigest } from './Digest';

const hex = 'a'.repeat(64);

describe('digests', () => {
  it.each([
    '',
    'sha256:',
    hex,
    `sha256:${hex.slice(1)}`,
    `sha256:${hex}a`,
    `sha256:${hex.toUpperCase()}`,
    `sha256:${hex}\n`,
    ` sha256:${hex}`,
    `SHA256:${hex}`,
    `md5:${'a'.repeat(32)}`,
    `sha512:${hex}`,
    `sha256:${'../'.repeat(21)}a`,
    `sha256:${'a/'.repeat(32)}`,
    undefined,
    null,
    7,
    { toString: () => `sha256:${hex}` },
  ])('refuses %p', text => {
    expect(isDigest(text)).toBe(false);
  });

  it('accepts sha256 and sha512 and splits them', () => {
    expect(splitDigest(parseDigest(`sha256:${hex}`))).toEqual({
      algorithm: 'sha256',
      hex,
    });
    expect(isDigest(`sha512:${hex}${hex}`)).toBe(true);
  });

  it('says what is wrong without a code of its own', () => {
    expect(() => parseDigest('x')).toThrow(
      expect.objectContaining({ code: 'invalidReference', position: 0 }),
    );
  });

  it('computes what sha256sum computes', () => {
    expect(sha256('')).toBe(
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    fc.assert(fc.property(fc.uint8Array(), bytes => isDigest(sha256(bytes))));
  });
});
