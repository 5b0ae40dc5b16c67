import { createPrivateKey, scrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { secretbox } from 'tweetnacl';
import { z } from 'zod';
import { CosignKeyError } from './CosignKeyError';

const deriveKey = promisify<
  string,
  Buffer,
  number,
  { N: number; r: number; p: number; maxmem: number },
  Buffer
>(scrypt);

const base64 = z.string().transform(text => Buffer.from(text, 'base64'));

/** go-securesystemslib's `encrypted` format, which cosign writes. */
const envelopeSchema = z.object({
  kdf: z.object({
    name: z.literal('scrypt'),
    params: z.object({
      // cosign writes 2^15 or 2^16; more than 2^20 would take a gigabyte.
      N: z.number().int().min(2).max(1_048_576),
      r: z.number().int().min(1).max(32),
      p: z.number().int().min(1).max(16),
    }),
    salt: base64,
  }),
  cipher: z.object({ name: z.literal('nacl/secretbox'), nonce: base64 }),
  ciphertext: base64,
});

const PEM = /-----BEGIN ([A-Z0-9 /]+)-----([^-]+)-----END \1-----/;
const ENCRYPTED = [
  'ENCRYPTED SIGSTORE PRIVATE KEY',
  'ENCRYPTED COSIGN PRIVATE KEY',
];

/**
 * Reads a signing key: what `cosign generate-key-pair` writes (encrypted with
 * scrypt and NaCl's secretbox) or a plain PKCS #8 PEM. Only ECDSA on P-256 is
 * accepted, which is what stock cosign verifies with `--key`.
 *
 * @throws CosignKeyError, which never holds a part of the key or password.
 */
export async function readPrivateKey(
  pem: string,
  password: string | undefined,
): Promise<KeyObject> {
  const [, label, body] = PEM.exec(pem) ?? [];
  if (!label) {
    throw new CosignKeyError('it is no PEM file; expected -----BEGIN …-----');
  }
  const key = ENCRYPTED.includes(label)
    ? await decrypt(body, password)
    : readPlain(pem, label);
  if (
    key.asymmetricKeyType !== 'ec' ||
    key.asymmetricKeyDetails?.namedCurve !== 'prime256v1'
  ) {
    throw new CosignKeyError(
      `it is a key of type ${key.asymmetricKeyType}; make one for ECDSA on P-256 with "cosign generate-key-pair"`,
    );
  }
  return key;
}

async function decrypt(
  body: string,
  password: string | undefined,
): Promise<KeyObject> {
  const envelope = envelopeSchema.safeParse(parseJson(body));
  if (!envelope.success) {
    throw new CosignKeyError('its encryption is none that cosign writes');
  }
  const { kdf, cipher, ciphertext } = envelope.data;
  const { N, r, p } = kdf.params;
  const derived = await deriveKey(password ?? '', kdf.salt, 32, {
    N,
    r,
    p,
    maxmem: 256 * N * r,
  });
  if (cipher.nonce.length !== secretbox.nonceLength) {
    throw new CosignKeyError('its nonce has a wrong length');
  }
  const opened = secretbox.open(ciphertext, cipher.nonce, derived);
  if (!opened) {
    throw new CosignKeyError(
      password === undefined
        ? 'it is encrypted; give signing.cosign.password or passwordFile'
        : 'the password is not the one it was encrypted with',
    );
  }
  return createPrivateKey({
    key: Buffer.from(opened),
    format: 'der',
    type: 'pkcs8',
  });
}

function readPlain(pem: string, label: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // Without a cause: OpenSSL's errors may quote the input.
    throw new CosignKeyError(
      `a ${label} PEM of this form cannot be read; use "cosign generate-key-pair" or a PKCS #8 key`,
    );
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(Buffer.from(body, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}
