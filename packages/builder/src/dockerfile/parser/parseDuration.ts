import { quote } from '../text/redact';
import { SyntaxProblem } from './statementError';

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
/** About 292 years, the longest duration that image configurations can hold. */
const longest = 2 ** 63;

/**
 * Reads a duration as Go's `time.ParseDuration` defines it (`1h30m`, `1.5s`,
 * `0`) and gives nanoseconds.
 */
export function parseDuration(text: string): number {
  const match = /^([+-]?)(.*)$/s.exec(text);
  const sign = match?.[1] === '-' ? -1 : 1;
  let rest = match?.[2] ?? '';
  if (rest === '0') return 0;
  let total = 0;
  if (rest === '') fail(text);
  while (rest !== '') {
    const part = /^(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/.exec(rest);
    if (!part) fail(text);
    total += Math.trunc(Number(part[1]) * nanoseconds[part[2]]);
    rest = rest.slice(part[0].length);
  }
  if (total >= longest) fail(text);
  return sign * total;
}

function fail(text: string): never {
  throw new SyntaxProblem(
    `the duration ${quote(text)} is not valid; write it like 30s or 1m30s`,
  );
}
