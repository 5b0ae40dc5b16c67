import { quote } from '../text/redact';
import { SyntaxProblem } from './statementError';

const units = ['', 'k', 'm', 'g', 't', 'p'];

/** Reads a size in bytes: `100`, `64m`, `1.5GiB`. Units are powers of 1024. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(text);
  const power = units.indexOf(match?.[2].toLowerCase() ?? '?');
  const bytes = match ? Math.trunc(Number(match[1]) * 1024 ** power) : NaN;
  if (!Number.isSafeInteger(bytes)) {
    throw new SyntaxProblem(
      `${quote(text)} is no size; write it like 64m or 1g`,
    );
  }
  return bytes;
}
