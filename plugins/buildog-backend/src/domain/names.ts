import { createHash } from 'node:crypto';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * An id that is a function of others, in the shape of a UUID (version 8, RFC
 * 9562): the same task or attempt gets the same id however often it is
 * decided on. Pure.
 */
export function derivedId(...parts: (string | number)[]): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify(parts))
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6] % 16) + 0x80;
  bytes[8] = (bytes[8] % 64) + 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

/**
 * Name of an attempt's workload: a DNS label of 34 characters, the same for
 * the same installation and attempt, and never that of another installation.
 * Pure.
 */
export function workloadName(
  installationId: string,
  attemptId: string,
): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([installationId, attemptId]))
    .digest();
  // 26 characters of 5 bits each: 130 bits of the digest.
  const label = [...digest.subarray(0, 26)]
    .map(byte => BASE32[byte % 32])
    .join('');
  return `buildog-${label}`;
}
