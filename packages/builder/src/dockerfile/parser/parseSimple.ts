import type { ListInstruction, TextInstruction } from '../Instruction';
import { splitBlanks, trimSpace } from '../text/whitespace';
import { Flags } from './Flags';
import { parseArray } from './parseArray';
import type { StatementContext } from './StatementContext';
import { SyntaxProblem } from './statementError';

/** `USER`, `WORKDIR`, `STOPSIGNAL` and `MAINTAINER`: the rest of the line is the argument. */
export function parseText(
  kind: TextInstruction['kind'],
  { base, statement }: StatementContext,
): TextInstruction {
  // STOPSIGNAL has always let flags pass.
  if (kind !== 'stopsignal') Flags.parse(statement.flags);
  if (statement.rest === '') {
    throw new SyntaxProblem(`${kind.toUpperCase()} needs an argument`);
  }
  return { ...base, kind, text: statement.rest };
}

/** `EXPOSE`: ports, in the order that BuildKit keeps. */
export function parseExpose({
  base,
  statement,
}: StatementContext): ListInstruction {
  Flags.parse(statement.flags);
  if (statement.rest === '') {
    throw new SyntaxProblem('EXPOSE needs at least one port');
  }
  const values = splitBlanks(statement.rest).sort((left, right) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  );
  return { ...base, kind: 'expose', values };
}

/** `VOLUME`: paths as words or as a JSON array. */
export function parseVolume({
  base,
  statement,
}: StatementContext): ListInstruction {
  Flags.parse(statement.flags);
  const words =
    parseArray(statement.rest) ??
    (statement.rest === '' ? [] : splitBlanks(statement.rest));
  const values = words.map(trimSpace);
  if (values.length === 0) {
    throw new SyntaxProblem('VOLUME needs at least one path');
  }
  if (values.includes('')) {
    throw new SyntaxProblem('VOLUME has an empty path');
  }
  return { ...base, kind: 'volume', values };
}
