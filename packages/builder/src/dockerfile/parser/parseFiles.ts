import type {
  AddInstruction,
  CopyInstruction,
  FilesInstruction,
  Heredoc,
} from '../Instruction';
import { splitBlanks } from '../text/whitespace';
import { Flags } from './Flags';
import { asHeredocMark } from './heredocs';
import { parseArray } from './parseArray';
import type { StatementContext } from './StatementContext';
import { SyntaxProblem } from './statementError';

const shared = {
  chown: 'text',
  chmod: 'text',
  link: 'boolean',
  exclude: 'list',
} as const;

/** `COPY`. */
export function parseCopy(context: StatementContext): CopyInstruction {
  const flags = Flags.parse(context.statement.flags, {
    ...shared,
    from: 'text',
    parents: 'boolean',
  });
  return {
    ...files(context, flags),
    kind: 'copy',
    from: flags.text('from'),
    parents: flags.boolean('parents') ?? false,
  };
}

/** `ADD`. */
export function parseAdd(context: StatementContext): AddInstruction {
  const flags = Flags.parse(context.statement.flags, {
    ...shared,
    checksum: 'text',
    'keep-git-dir': 'boolean',
    unpack: 'boolean',
  });
  return {
    ...files(context, flags),
    kind: 'add',
    checksum: flags.text('checksum'),
    keepGitDirectory: flags.boolean('keep-git-dir'),
    unpack: flags.boolean('unpack'),
  };
}

function files(
  { base, statement }: StatementContext,
  flags: Flags,
): FilesInstruction {
  const name = base.name.toUpperCase();
  const words =
    parseArray(statement.rest) ??
    (statement.rest === '' ? [] : splitBlanks(statement.rest));
  const destination = words[words.length - 1];
  if (words.length < 2) {
    throw new SyntaxProblem(
      words.length
        ? `${name} has a source, but no destination`
        : `${name} needs a source and a destination`,
    );
  }
  if (asHeredocMark(destination)) {
    throw new SyntaxProblem(
      `${name} has a heredoc where its destination should be`,
    );
  }
  const contents = new Map(
    statement.heredocs.map(heredoc => [heredoc.name, heredoc]),
  );
  const sources: string[] = [];
  const heredocs: Heredoc[] = [];
  for (const word of words.slice(0, -1)) {
    const mark = asHeredocMark(word);
    if (mark) {
      const content = contents.get(mark.name)?.content ?? '';
      heredocs.push({ ...mark, content });
    } else sources.push(word);
  }
  return {
    ...base,
    sources,
    heredocs,
    destination,
    chown: flags.text('chown'),
    chmod: flags.text('chmod'),
    link: flags.boolean('link') ?? false,
    exclude: flags.list('exclude'),
  };
}
