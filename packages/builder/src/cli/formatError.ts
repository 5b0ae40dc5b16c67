import { readFileSync } from 'node:fs';
import type { BuilderError } from '../errors/BuilderError';

/** How an error is shown. */
export interface FormatErrorOptions {
  readonly color?: boolean;
  /** Lines of the Dockerfile; by default it is read from where the position says. */
  readonly readLines?: (file: string) => readonly string[] | undefined;
}

const CONTEXT_LINES = 2;
const SHOWN_LINES = 12;

/**
 * An error as a person wants to read it: where, the lines with the one that
 * failed marked, what happened and what to do about it.
 */
export function formatError(
  error: BuilderError,
  options: FormatErrorOptions = {},
): string {
  const { details, kind, message } = error;
  const { position, platform, stage, exitCode } = details;
  const red = (text: string) =>
    options.color ? `\u001b[31m${text}\u001b[0m` : text;
  const lines: string[] = [];
  if (position) {
    const where = [
      `${position.file}:${position.line}`,
      ...(stage ? [`stage ${stage}`] : []),
      ...(platform ? [platform] : []),
    ];
    lines.push('', where.join(', '), ...excerpt(error, options, red), '');
  }
  const code = exitCode === undefined ? '' : ` (exit code ${exitCode})`;
  const shown = message.includes(String(exitCode)) ? '' : code;
  lines.push(`${red(`${kind} error`)}: ${message}${shown}`);
  return `${lines.join('\n')}\n`;
}

function excerpt(
  { details: { position } }: BuilderError,
  { readLines = linesOf }: FormatErrorOptions,
  mark: (text: string) => string,
): string[] {
  if (!position) return [];
  const lines = readLines(position.file);
  if (!lines) return [];
  const last = Math.min(position.endLine, position.line + SHOWN_LINES - 1);
  const start = Math.max(1, position.line - CONTEXT_LINES);
  const end = Math.min(lines.length, last + CONTEXT_LINES);
  const width = String(end).length;
  const shown: string[] = [];
  for (let number = start; number <= end; number++) {
    const isMeant = number >= position.line && number <= last;
    const text = printable(lines[number - 1] ?? '');
    const line = `${isMeant ? '>' : ' '} ${String(number).padStart(
      width,
    )} | ${text}`;
    shown.push(isMeant ? mark(line) : line);
  }
  return shown;
}

function linesOf(file: string): readonly string[] | undefined {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch {
    return undefined;
  }
}

/** A Dockerfile must not steer the terminal of whoever reads the error. */
function printable(text: string): string {
  return text
    .replace(/\t/g, '  ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd') // eslint-disable-line no-control-regex -- control characters are the point
    .slice(0, 200);
}
