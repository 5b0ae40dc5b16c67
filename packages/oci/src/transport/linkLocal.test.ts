import { LookupAddress } from 'node:dns';
import { isLinkLocal, lookupWithoutLinkLocal } from './linkLocal';

describe('isLinkLocal', () => {
  it.each([
    ['169.254.0.1', true],
    ['169.254.169.254', true],
    ['[fe80::1]', true],
    ['febf::1', true],
    ['::ffff:169.254.1.1', true],
    ['fd00:ec2::254', true],
    ['127.0.0.1', false],
    ['169.253.0.1', false],
    ['10.0.0.1', false],
    ['::1', false],
    ['fd00::1', false],
    ['r.example', false],
  ])('%s: %p', (address, expected) => {
    expect(isLinkLocal(address)).toBe(expected);
  });
});

describe('lookupWithoutLinkLocal', () => {
  const lookup = (name: string, all: boolean) =>
    new Promise<string | LookupAddress[]>((resolve, reject) => {
      lookupWithoutLinkLocal(name, { all }, (error, address) =>
        error ? reject(error) : resolve(address),
      );
    });

  it('resolves as dns.lookup does', async () => {
    expect(await lookup('127.0.0.1', false)).toBe('127.0.0.1');
    expect(await lookup('127.0.0.1', true)).toEqual([
      { address: '127.0.0.1', family: 4 },
    ]);
  });

  it('gives no link-local address', async () => {
    await expect(lookup('169.254.169.254', true)).rejects.toMatchObject({
      code: 'ELINKLOCAL',
    });
  });

  it('hands errors on', async () => {
    await expect(lookup('no.such.name.invalid', true)).rejects.toMatchObject({
      code: expect.stringMatching(/^E(NOTFOUND|AI_AGAIN)$/),
    });
  });
});
