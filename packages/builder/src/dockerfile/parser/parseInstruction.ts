import type {
  Instruction,
  OnbuildInstruction,
  StageInstruction,
} from '../Instruction';
import { didYouMean, nearest } from '../text/nearest';
import { quote } from '../text/redact';
import { Flags } from './Flags';
import { parseAdd, parseCopy } from './parseFiles';
import { parseCommand, parseRun, parseShell } from './parseCommand';
import { parseFrom } from './parseFrom';
import { parseHealthcheck } from './parseHealthcheck';
import { parseArg, parsePairs } from './parsePairs';
import { parseExpose, parseText, parseVolume } from './parseSimple';
import type { Statement } from './readStatements';
import { splitStatement } from './splitStatement';
import type { StatementContext } from './StatementContext';
import { at, SyntaxProblem } from './statementError';

const readers: Readonly<
  Record<string, (context: StatementContext) => Instruction>
> = {
  add: parseAdd,
  arg: parseArg,
  cmd: context => parseCommand('cmd', context),
  copy: parseCopy,
  entrypoint: context => parseCommand('entrypoint', context),
  env: context => parsePairs('env', context),
  expose: parseExpose,
  from: parseFrom,
  healthcheck: parseHealthcheck,
  label: context => parsePairs('label', context),
  maintainer: context => parseText('maintainer', context),
  onbuild: parseOnbuild,
  run: parseRun,
  shell: parseShell,
  stopsignal: context => parseText('stopsignal', context),
  user: context => parseText('user', context),
  volume: parseVolume,
  workdir: context => parseText('workdir', context),
};

/**
 * Understands one statement.
 *
 * @throws BuilderError `validation` with the place of the statement
 */
export function parseInstruction(
  statement: Statement,
  escape: '\\' | '`',
): Instruction {
  const { name, position, source } = statement;
  const base = { position, name, source };
  return at(statement, () => read({ statement, escape, base }));
}

function read(context: StatementContext): Instruction {
  const { name } = context.base;
  const key = name.toLowerCase();
  if (Object.hasOwn(readers, key)) return readers[key](context);
  if (name === '') throw new SyntaxProblem('an instruction is missing here');
  const meant = nearest(name, Object.keys(readers), { ignoreCase: true });
  throw new SyntaxProblem(
    `unknown instruction ${quote(name)}${didYouMean(meant?.toUpperCase())}`,
  );
}

function parseOnbuild(context: StatementContext): OnbuildInstruction {
  const { statement, base, escape } = context;
  Flags.parse(statement.flags);
  if (statement.rest === '') {
    throw new SyntaxProblem('ONBUILD needs an instruction');
  }
  const split = splitStatement(statement.rest, escape);
  const name = split.name.toUpperCase();
  if (['ONBUILD', 'FROM', 'MAINTAINER'].includes(name)) {
    throw new SyntaxProblem(`ONBUILD ${name} is not possible`);
  }
  const instruction = read({
    escape,
    statement: { ...statement, ...split },
    base: { ...base, name: split.name, source: statement.rest },
  });
  const documents = statement.heredocs.map(
    heredoc => `\n${heredoc.content}${heredoc.name}`,
  );
  return {
    ...base,
    kind: 'onbuild',
    trigger: statement.line.replace(/^\s*onbuild\s*/i, '') + documents.join(''),
    // FROM, the only other kind, was refused above.
    instruction: instruction as StageInstruction,
  };
}
