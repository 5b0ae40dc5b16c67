import type {
  CommandInstruction,
  CommandLine,
  RunInstruction,
  ShellInstruction,
} from '../Instruction';
import { didYouMean, nearest } from '../text/nearest';
import { Flags } from './Flags';
import { parseArray } from './parseArray';
import { mountSource } from './parseMount';
import type { StatementContext } from './StatementContext';
import { SyntaxProblem } from './statementError';

const networks = ['default', 'none', 'host'] as const;
const securities = ['sandbox', 'insecure'] as const;

/** `RUN`. */
export function parseRun(context: StatementContext): RunInstruction {
  const flags = Flags.parse(context.statement.flags, {
    mount: 'list',
    network: 'text',
    security: 'text',
  });
  const mounts = flags.list('mount');
  mounts.forEach(mountSource);
  return {
    ...context.base,
    kind: 'run',
    command: commandLine(context),
    mounts,
    network: choice(networks, 'network', flags),
    security: choice(securities, 'security', flags),
  };
}

/** `CMD` and `ENTRYPOINT`. */
export function parseCommand(
  kind: CommandInstruction['kind'],
  context: StatementContext,
): CommandInstruction {
  Flags.parse(context.statement.flags);
  return { ...context.base, kind, command: commandLine(context) };
}

/** `SHELL`. */
export function parseShell({
  base,
  statement,
}: StatementContext): ShellInstruction {
  Flags.parse(statement.flags);
  const shell = parseArray(statement.rest);
  if (!shell) {
    throw new SyntaxProblem(
      'SHELL takes the JSON form only: SHELL ["/bin/bash", "-c"]',
    );
  }
  if (shell.length === 0) throw new SyntaxProblem('SHELL needs a program');
  return { ...base, kind: 'shell', shell };
}

function commandLine({ statement }: StatementContext): CommandLine {
  const args = parseArray(statement.rest);
  if (args) return { form: 'exec', args };
  return {
    form: 'shell',
    heredocs: statement.heredocs,
    ...(statement.rest === '' ? {} : { command: statement.rest }),
  };
}

function choice<T extends string>(
  values: readonly [T, ...T[]],
  name: string,
  flags: Flags,
): T {
  const value = flags.text(name) ?? values[0];
  const found = values.find(known => known === value);
  if (found) return found;
  throw new SyntaxProblem(
    `--${name}=${value.slice(
      0,
      80,
    )} is not possible; it is one of ${values.join(', ')}${didYouMean(
      nearest(value, values),
    )}`,
  );
}
