import {
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  scryptSync,
} from 'node:crypto';
import { secretbox } from 'tweetnacl';
import { readPrivateKey } from './readPrivateKey';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const plain = pair.privateKey
  .export({ type: 'pkcs8', format: 'pem' })
  .toString();

/** As cosign's `encrypted` package writes a key. */
function encrypt(password: string, change: object = {}): string {
  const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' });
  const salt = randomBytes(32);
  const nonce = randomBytes(24);
  const params = { N: 32_768, r: 8, p: 1 };
  const key = scryptSync(password, salt, 32, {
    ...params,
    maxmem: 128 * 1024 * 1024,
  });
  const envelope = {
    kdf: { name: 'scrypt', params, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(secretbox(der, nonce, key)).toString('base64'),
    ...change,
  };
  return pem('ENCRYPTED SIGSTORE PRIVATE KEY', JSON.stringify(envelope));
}

function pem(label: string, content: string): string {
  const body = Buffer.from(content)
    .toString('base64')
    .match(/.{1,64}/g);
  return `-----BEGIN ${label}-----\n${body?.join(
    '\n',
  )}\n-----END ${label}-----\n`;
}

describe('readPrivateKey', () => {
  it.each([
    ['a plain PKCS #8 key', plain, undefined],
    ['an encrypted one', encrypt('secret'), 'secret'],
    ['one with an empty password', encrypt(''), undefined],
    [
      'one under the older label',
      encrypt('secret').replaceAll('SIGSTORE', 'COSIGN'),
      'secret',
    ],
  ])('reads %s', async (_name, text, password) => {
    const key = await readPrivateKey(text, password);
    expect(createPublicKey(key).equals(pair.publicKey)).toBe(true);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const asPem = (key: typeof rsa) =>
    key.export({ type: 'pkcs8', format: 'pem' }).toString();

  it.each([
    ['a wrong password', encrypt('secret'), 'canary', 'the password is not'],
    ['no password', encrypt('secret'), undefined, 'it is encrypted'],
    ['no PEM', 'canary', undefined, 'it is no PEM file'],
    ['broken PEM', plain.replace(/M/g, 'A'), undefined, 'cannot be read'],
    ['an RSA key', asPem(rsa), undefined, 'a key of type rsa'],
    ['another curve', asPem(p384), undefined, 'ECDSA on P-256'],
    [
      'no JSON inside',
      pem('ENCRYPTED COSIGN PRIVATE KEY', 'canary'),
      'x',
      'none that cosign writes',
    ],
    [
      'a scrypt that would take all memory',
      encrypt('x', {
        kdf: { name: 'scrypt', params: { N: 2 ** 30, r: 8, p: 1 }, salt: '' },
      }),
      'x',
      'none that cosign writes',
    ],
    [
      'a short nonce',
      encrypt('x', { cipher: { name: 'nacl/secretbox', nonce: 'AAAA' } }),
      'x',
      'nonce',
    ],
  ])('refuses %s', async (_name, text, password, expected) => {
    const error = await readPrivateKey(text, password).then(
      () => undefined,
      e => e,
    );
    expect(error?.message).toContain(expected);
    expect(error?.message).not.toContain('canary');
    expect(error).toMatchObject({ code: 'InvalidKey', retryable: false });
  });
});
