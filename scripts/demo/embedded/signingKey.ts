import { generateKeyPairSync } from 'node:crypto';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A signing key of the demo, in files that only its user can read. */
export interface SigningKey {
  keyFile: string;
  /** For `cosign verify --key`. */
  publicKeyFile: string;
}

/**
 * The key pair that the embedded demo signs with: ECDSA on P-256, made at the
 * first start and kept, so that what was signed yesterday still verifies.
 *
 * @param folder - exists, and is private to the demo
 */
export async function signingKey(folder: string): Promise<SigningKey> {
  const keyFile = join(folder, 'signing.key');
  const publicKeyFile = join(folder, 'signing.pub');
  try {
    await access(keyFile);
    await access(publicKeyFile);
  } catch {
    const { privateKey, publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'prime256v1',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    await writeFile(keyFile, privateKey, { mode: 0o600 });
    await writeFile(publicKeyFile, publicKey);
  }
  return { keyFile, publicKeyFile };
}
