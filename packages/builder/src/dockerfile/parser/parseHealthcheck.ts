import type { HealthcheckInstruction } from '../Instruction';
import { didYouMean, nearest } from '../text/nearest';
import { quote } from '../text/redact';
import { isSpace } from '../text/whitespace';
import { Flags } from './Flags';
import { parseArray } from './parseArray';
import { parseDuration } from './parseDuration';
import type { StatementContext } from './StatementContext';
import { SyntaxProblem } from './statementError';

const millisecond = 1e6;

/** `HEALTHCHECK NONE` and `HEALTHCHECK [flags] CMD …`. */
export function parseHealthcheck({
  base,
  statement,
}: StatementContext): HealthcheckInstruction {
  const { rest } = statement;
  let end = 0;
  while (end < rest.length && !isSpace(rest[end])) end += 1;
  const type = rest.slice(0, end).toUpperCase();
  const args = rest.slice(end + 1);
  if (type === 'NONE') {
    if (args !== '') {
      throw new SyntaxProblem('HEALTHCHECK NONE takes nothing else');
    }
    return { ...base, kind: 'healthcheck', healthcheck: { Test: ['NONE'] } };
  }
  const flags = Flags.parse(statement.flags, {
    interval: 'text',
    timeout: 'text',
    'start-period': 'text',
    'start-interval': 'text',
    retries: 'text',
  });
  if (type !== 'CMD') {
    throw new SyntaxProblem(
      type === ''
        ? 'HEALTHCHECK needs CMD and a command, or NONE'
        : `HEALTHCHECK ${quote(
            type,
          )} is not known: write CMD and a command, or NONE${didYouMean(
            nearest(type, ['CMD', 'NONE']),
          )}`,
    );
  }
  return {
    ...base,
    kind: 'healthcheck',
    healthcheck: {
      Test: test(args),
      ...interval('Interval', 'interval', flags),
      ...interval('Timeout', 'timeout', flags),
      ...interval('StartPeriod', 'start-period', flags),
      ...interval('StartInterval', 'start-interval', flags),
      ...retries(flags),
    },
  };
}

function test(args: string): string[] {
  const array = parseArray(args);
  const command = array ?? (args === '' ? [] : [args.replace(/^\s+/, '')]);
  if (command.length === 0) {
    throw new SyntaxProblem('HEALTHCHECK CMD needs a command');
  }
  return [array ? 'CMD' : 'CMD-SHELL', ...command];
}

function interval(key: string, flag: string, flags: Flags) {
  const text = flags.text(flag);
  const value = text === undefined ? 0 : parseDuration(text);
  if (value !== 0 && value < millisecond) {
    throw new SyntaxProblem(
      `--${flag}=${text} is too short; the shortest is 1ms`,
    );
  }
  return value === 0 ? {} : { [key]: value };
}

function retries(flags: Flags): { Retries?: number } {
  const text = flags.text('retries');
  if (text === undefined) return {};
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= 0 && value < 2 ** 31)) {
    throw new SyntaxProblem(
      `--retries=${text.slice(
        0,
        80,
      )} is no count; it takes a whole number, 0 or more`,
    );
  }
  return value === 0 ? {} : { Retries: value };
}
