import { createHash, randomBytes } from 'node:crypto';

/** A fresh token of an attempt: 256 random bits, and what is stored of it. */
export function mintIngestToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashIngestToken(token) };
}

/**
 * SHA-256 in hex. The token is random and long, so a plain hash keeps it
 * secret, and finding a row by it leaks no timing that helps.
 */
export function hashIngestToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}
