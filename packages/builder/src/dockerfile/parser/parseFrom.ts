import type { FromInstruction } from '../Instruction';
import { quote } from '../text/redact';
import { splitBlanks } from '../text/whitespace';
import { Flags } from './Flags';
import type { StatementContext } from './StatementContext';
import { SyntaxProblem } from './statementError';

const stageName = /^[a-z][a-z0-9\-_.]*$/;

/** `FROM image [AS name]`. */
export function parseFrom({
  base,
  statement,
}: StatementContext): FromInstruction {
  const words = statement.rest === '' ? [] : splitBlanks(statement.rest);
  const named = words.length === 3 && words[1].toLowerCase() === 'as';
  if (words.length !== 1 && !named) {
    throw new SyntaxProblem(
      words.length === 0
        ? 'FROM needs an image, a stage or scratch'
        : 'FROM takes one image, and AS with a name after it: FROM image AS name',
    );
  }
  const flags = Flags.parse(statement.flags, { platform: 'text' });
  const platform = flags.text('platform');
  const stage = named ? words[2].toLowerCase() : undefined;
  if (stage !== undefined && !stageName.test(stage)) {
    throw new SyntaxProblem(
      `${quote(
        words[2],
      )} is no name for a stage: it starts with a letter and has letters, digits, "-", "_" and "." only`,
    );
  }
  return {
    ...base,
    kind: 'from',
    base: words[0],
    ...(stage === undefined
      ? {}
      : { stage, naming: { keyword: words[1], stage: words[2] } }),
    ...(platform === undefined ? {} : { platform }),
  };
}
