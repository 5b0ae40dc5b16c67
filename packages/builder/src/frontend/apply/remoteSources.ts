import type { AddInstruction } from '../../dockerfile/Instruction';
import { SyntaxProblem } from '../../dockerfile/parser/statementError';
import { quote } from '../../dockerfile/text/redact';
import type { GitAddress } from '../parseGitAddress';
import type { StageState } from '../StageState';
import { checkDigest } from './checkDigest';
import type { SourcePart } from './SourcePart';
import { gitVertex } from './vertices';

const common = { parents: false, literal: true, keepOwners: false } as const;

/** `ADD` of a file from the web. It is unpacked only where `--unpack` says so. */
export function httpSource(
  state: StageState,
  instruction: AddInstruction,
  url: string,
  checksum: string | undefined,
): SourcePart {
  const filename = fileName(url);
  return {
    ...common,
    tree: state.makeVertex(
      {
        kind: 'http',
        url,
        filename,
        ...(checksum ? { checksum: checkDigest(checksum) } : {}),
      },
      [],
      instruction,
    ),
    sources: [filename],
    unpack: instruction.unpack ?? false,
  };
}

/** `ADD` of a git repository: everything in it. */
export function gitSource(
  state: StageState,
  instruction: AddInstruction,
  address: GitAddress,
  checksum: string | undefined,
): SourcePart {
  const keep = agreed(
    'keep-git-dir',
    instruction.keepGitDirectory,
    address.keepGitDirectory,
  );
  const commit = agreed('checksum', checksum, address.checksum);
  if (commit !== undefined && !/^[0-9a-f]{4,64}$/i.test(commit)) {
    throw new SyntaxProblem(
      `the checksum ${quote(
        commit,
      )} is no git commit; write its hexadecimal name`,
    );
  }
  const vertex = gitVertex(
    state.scope,
    { ...address, checksum: commit, keepGitDirectory: keep },
    instruction.source,
  );
  return {
    ...common,
    tree: {
      ...vertex,
      label: { ...vertex.label, position: instruction.position },
    },
    sources: ['/'],
    unpack: false,
  };
}

function agreed<T>(
  name: string,
  flag: T | undefined,
  option: T | undefined,
): T | undefined {
  if (flag !== undefined && option !== undefined && flag !== option) {
    throw new SyntaxProblem(
      `--${name} and the option in the git address say different things`,
    );
  }
  return option ?? flag;
}

/** Name of the file that an address stands for. */
function fileName(url: string): string {
  if (!URL.canParse(url)) {
    throw new SyntaxProblem(`${quote(url)} is no address that can be fetched`);
  }
  const { pathname } = new URL(url);
  const elements = pathname.split('/').filter(element => element !== '');
  const last = elements[elements.length - 1];
  if (last === undefined) return '__unnamed__';
  try {
    const name = decodeURIComponent(last);
    return /[/\0]/.test(name) || name === '..' ? '__unnamed__' : name;
  } catch {
    return last;
  }
}
