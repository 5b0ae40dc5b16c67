import { createHash } from 'node:crypto';
import { OciError } from '../errors/OciError';

/**
 * A content address: `sha256:` and 64 lower-case hex digits, or `sha512:` and
 * 128. Make one with {@link parseDigest} or {@link sha256}.
 *
 * @public
 */
export type Digest = `${DigestAlgorithm}:${string}`;

/**
 * The algorithms the OCI image specification registers.
 *
 * @public
 */
export type DigestAlgorithm = 'sha256' | 'sha512';

const HEX_LENGTH: Record<DigestAlgorithm, number> = { sha256: 64, sha512: 128 };

/**
 * Says whether `text` is a digest this package can verify. Safe to call with
 * anything; a digest that passes holds no path separator.
 *
 * @public
 */
export function isDigest(text: unknown): text is Digest {
  if (typeof text !== 'string') return false;
  const match = /^(sha256|sha512):([a-f0-9]+)$/.exec(text);
  return (
    match !== null &&
    match[0].length === text.length &&
    match[2].length === HEX_LENGTH[match[1] as DigestAlgorithm]
  );
}

/**
 * Checks `text` against the digest grammar.
 *
 * @throws {@link OciError} `invalidReference`
 * @public
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new OciError(
    'invalidReference',
    'not a digest: expected "sha256:" and 64 lower-case hex digits (or "sha512:" and 128)',
    { position: 0 },
  );
}

/**
 * Algorithm and hex part of a digest.
 *
 * @public
 */
export function splitDigest(digest: Digest): {
  algorithm: DigestAlgorithm;
  hex: string;
} {
  const [algorithm, hex] = digest.split(':');
  return { algorithm: algorithm as DigestAlgorithm, hex };
}

/**
 * The sha256 digest of bytes in memory; text is taken as UTF-8.
 *
 * @public
 */
export function sha256(bytes: Uint8Array | string): Digest {
  return digestOf('sha256', bytes);
}

/** The digest of bytes by a given algorithm. */
export function digestOf(
  algorithm: DigestAlgorithm,
  bytes: Uint8Array | string,
): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
