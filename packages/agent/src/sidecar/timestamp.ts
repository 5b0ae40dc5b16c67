const pattern =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) /;

/** Longest timestamp with its space. */
export const TIMESTAMP_LIMIT_BYTES = 36;

/**
 * Nanoseconds since the epoch of the RFC 3339 timestamp a line starts with;
 * `undefined` when it starts with something else.
 */
export function lineTimestamp(start: Buffer): bigint | undefined {
  const text = start.toString('latin1', 0, TIMESTAMP_LIMIT_BYTES);
  const [, seconds, fraction = '', zone] = pattern.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const milliseconds = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(milliseconds)) return undefined;
  return (
    BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0') || '0')
  );
}
