import { hasWildcard } from '../../dockerfile/ignore/matchSource';
import type {
  AddInstruction,
  CopyInstruction,
} from '../../dockerfile/Instruction';
import { heredocContent } from '../../dockerfile/parser/heredocs';
import { SyntaxProblem } from '../../dockerfile/parser/statementError';
import { quote, redactUserInfo } from '../../dockerfile/text/redact';
import type { CopyOperation, Vertex } from '../../graph/Operation';
import { isHttpAddress, parseGitAddress } from '../parseGitAddress';
import type { StageState } from '../StageState';
import { checkMode } from './checkMode';
import { expand, expandContent } from './expand';
import { gitSource, httpSource } from './remoteSources';
import { resolveDestination } from './paths';
import type { SourcePart } from './SourcePart';
import { contextVertex, inlineVertex } from './vertices';

/** `COPY` and `ADD`: one vertex, whatever the sources are. */
export function applyFiles(
  state: StageState,
  instruction: CopyInstruction | AddInstruction,
  from: Vertex | undefined,
): void {
  const word = (text: string) => expand(state, instruction, text);
  const chown = instruction.chown && word(instruction.chown);
  const chmod = instruction.chmod && word(instruction.chmod);
  if (chmod) checkMode(chmod);
  const sources = instruction.sources.map(word);
  const target = word(instruction.destination);
  state.nextStep();
  const parts = [
    ...remoteAndLocal(state, instruction, sources, from),
    ...inline(state, instruction),
  ];
  const [first, ...rest] = parts;
  const { tree, ...firstSource } = first;
  const operation: CopyOperation = {
    kind: 'copy',
    ...firstSource,
    destination: resolveDestination(state.directory, target),
    exclude: instruction.exclude,
    // With --chmod the files are copied the usual way, as BuildKit does.
    link: instruction.link && !chmod,
    ...(chown ? { chown } : {}),
    ...(chmod ? { chmod } : {}),
    ...(rest.length
      ? {
          more: rest.map(({ tree: _tree, ...part }, index) => ({
            input: index + 2,
            ...part,
          })),
        }
      : {}),
  };
  const createdBy = [
    instruction.kind.toUpperCase(),
    ...(firstSource.parents ? ['--parents'] : []),
    ...(chown ? [`--chown=${chown}`] : []),
    ...(chmod ? [`--chmod=${chmod}`] : []),
    ...sources.map(redactUserInfo),
    ...instruction.heredocs.map(({ name }) => `<<${name}`),
    `${target} # buildkit`,
  ].join(' ');
  state.vertex = state.makeVertex(
    operation,
    [state.vertex, ...parts.map(part => part.tree)],
    instruction,
    { createdBy },
  );
  state.commit(createdBy, state.vertex);
}

function remoteAndLocal(
  state: StageState,
  instruction: CopyInstruction | AddInstruction,
  sources: readonly string[],
  from: Vertex | undefined,
): SourcePart[] {
  const parts: SourcePart[] = [];
  const add = instruction.kind === 'add' ? instruction : undefined;
  const checksum = add?.checksum && expand(state, add, add.checksum);
  if (checksum && sources.length !== 1) {
    throw new SyntaxProblem('--checksum takes exactly one source');
  }
  let paths: string[] = [];
  const endPaths = () => {
    if (paths.length) parts.push(localPart(state, instruction, paths, from));
    paths = [];
  };
  for (const source of sources) {
    const git = parseGitAddress(source);
    if (!git && !isHttpAddress(source)) {
      if (checksum) {
        throw new SyntaxProblem(
          `--checksum takes an http(s) or git address, not the path ${quote(
            source,
          )}`,
        );
      }
      paths.push(source);
      continue;
    }
    if (!add) {
      throw new SyntaxProblem(
        `COPY takes no address (${quote(source)}); use ADD`,
      );
    }
    endPaths();
    parts.push(
      git
        ? gitSource(state, add, git, checksum)
        : httpSource(state, add, source, checksum),
    );
  }
  endPaths();
  return parts;
}

function localPart(
  state: StageState,
  instruction: CopyInstruction | AddInstruction,
  paths: readonly string[],
  from: Vertex | undefined,
): SourcePart {
  const add = instruction.kind === 'add' ? instruction : undefined;
  return {
    tree: from ?? contextVertex(state.scope, 'default'),
    sources: paths,
    literal: !paths.some(hasWildcard),
    parents: instruction.kind === 'copy' && instruction.parents,
    unpack: add ? add.unpack ?? true : false,
    keepOwners: from !== undefined,
  };
}

/** Heredocs: always after everything else. */
function inline(
  state: StageState,
  instruction: CopyInstruction | AddInstruction,
): SourcePart[] {
  if (instruction.heredocs.length === 0) return [];
  const contents = new Map<string, string>();
  for (const heredoc of instruction.heredocs) {
    const content = heredocContent(heredoc);
    contents.set(
      heredoc.name,
      heredoc.expand ? expandContent(state, instruction, content) : content,
    );
  }
  const files = Array.from(contents, ([name, content]) => ({ name, content }));
  return [
    {
      tree: inlineVertex(state, files, instruction),
      sources: files.map(file => file.name),
      literal: true,
      parents: false,
      unpack: false,
      keepOwners: false,
    },
  ];
}
