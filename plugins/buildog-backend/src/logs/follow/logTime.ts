/**
 * The time at the start of a log line (`RFC3339Nano SPACE text`), in whole
 * seconds since 1970; `undefined` when there is none, because a line was cut.
 */
export function logSecond(line: Uint8Array): number | undefined {
  const space = line.indexOf(32);
  // `2026-11-21T09:41:35.123456789+01:00` has 35 characters.
  if (space < 20 || space > 40) return undefined;
  const text = Buffer.from(line.subarray(0, space)).toString('latin1');
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds)
    ? undefined
    : Math.floor(milliseconds / 1000);
}

/** The time as it stands in the line, for lines we add. */
export function logTimeText(line: Uint8Array): string | undefined {
  return logSecond(line) === undefined
    ? undefined
    : Buffer.from(line.subarray(0, line.indexOf(32))).toString('latin1');
}
