import type { ArgInstruction, PairsInstruction } from '../Instruction';
import { quote } from '../text/redact';
import { cutBlanks } from '../text/whitespace';
import { Flags } from './Flags';
import { parseWords } from './parseWords';
import type { StatementContext } from './StatementContext';
import { SyntaxProblem } from './statementError';

/** `ENV` and `LABEL`: `name=value …`, or the old `name value`. */
export function parsePairs(
  kind: PairsInstruction['kind'],
  { base, statement, escape }: StatementContext,
): PairsInstruction {
  Flags.parse(statement.flags);
  const words = parseWords(statement.rest, escape);
  const name = kind.toUpperCase();
  if (words.length === 0) {
    throw new SyntaxProblem(`${name} needs at least one name=value`);
  }
  if (!words[0].includes('=')) {
    const [key, value] = cutBlanks(statement.rest);
    if (value === undefined) {
      throw new SyntaxProblem(
        `${name} ${key.slice(0, 80)} has no value; write ${name} NAME=value`,
      );
    }
    return { ...base, kind, legacy: true, pairs: [{ name: key, value }] };
  }
  const pairs = words.map(word => {
    const equals = word.indexOf('=');
    if (equals < 0) {
      throw new SyntaxProblem(
        `${quote(
          word,
        )} has no =; write NAME=value, with quotes around white space`,
      );
    }
    if (equals === 0) throw blankName(name);
    return { name: word.slice(0, equals), value: word.slice(equals + 1) };
  });
  return { ...base, kind, legacy: false, pairs };
}

/** `ARG name` and `ARG name=default`, several of them. */
export function parseArg({
  base,
  statement,
  escape,
}: StatementContext): ArgInstruction {
  const words = parseWords(statement.rest, escape);
  if (words.length === 0) {
    throw new SyntaxProblem('ARG needs at least one name');
  }
  return {
    ...base,
    kind: 'arg',
    arguments: words.map(word => {
      const equals = word.indexOf('=');
      if (equals === 0) throw blankName('ARG');
      return equals < 0
        ? { name: word }
        : { name: word.slice(0, equals), value: word.slice(equals + 1) };
    }),
  };
}

function blankName(instruction: string): SyntaxProblem {
  return new SyntaxProblem(`${instruction} has a value without a name`);
}
