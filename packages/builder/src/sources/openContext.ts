import { mkdir, mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fillFolder } from '../cache/fillFolder';
import { BuilderError } from '../errors/BuilderError';
import { isHttpAddress, parseGitAddress } from '../frontend/parseGitAddress';
import type { GitOperation } from '../graph/Operation';
import { unpackArchive } from '../solve/copy/unpackArchive';
import { select } from '../solve/copy/select';
import type { ContextFolder } from './BuildContexts';
import type { GitTrees } from './GitTrees';
import type { HttpFiles } from './HttpFiles';
import { withoutUserInfo } from './withoutUserInfo';

/** What fetches contexts that are not on this machine. */
export interface ContextSources {
  readonly git: GitTrees;
  readonly http: HttpFiles;
  /** A folder of this build. */
  readonly scratch: string;
}

/**
 * The folder of a context: a folder of this machine as it is, that of a commit,
 * or an archive's files, unpacked for this build.
 *
 * @throws {@link BuilderError} `validation` for an address that gives neither
 */
export async function openContext(
  address: string,
  sources: ContextSources,
  signal: AbortSignal,
): Promise<ContextFolder> {
  const git = gitOperation(address);
  if (git) {
    const { folder, revision } = await sources.git.checkOut(git, signal);
    const inner = await sources.git.folderIn(folder, git);
    return { folder: inner, identity: revision };
  }
  if (isHttpAddress(address)) return unpackAddress(address, sources, signal);
  return { folder: resolve(address) };
}

/** The operation that fetches a git address, or undefined for what is none. */
export function gitOperation(address: string): GitOperation | undefined {
  const git = parseGitAddress(address);
  if (!git) return undefined;
  const { remote, ref, subdirectory, checksum } = git;
  return {
    kind: 'git',
    url: remote,
    ref,
    subdirectory,
    checksum,
    keepGitDirectory: git.keepGitDirectory ?? false,
    skipSubmodules: git.submodules === false,
  };
}

async function unpackAddress(
  url: string,
  { http, scratch }: ContextSources,
  signal: AbortSignal,
): Promise<ContextFolder> {
  const filename = 'context';
  const { tree } = await http.fetch({ kind: 'http', url, filename }, signal);
  const [file] = await select({
    tree,
    sources: [filename],
    literal: true,
    parents: false,
    exclude: [],
    signal,
  });
  await mkdir(scratch, { recursive: true });
  const archive = await unpackArchive(file, scratch, signal);
  if (!archive) {
    throw new BuilderError(
      'validation',
      `${withoutUserInfo(
        url,
      )} is no tar archive: a context is a folder, a git repository or an archive`,
    );
  }
  try {
    const folder = await mkdtemp(join(scratch, 'context-'));
    await fillFolder(folder, archive.selection);
    return { folder };
  } finally {
    await archive.dispose();
  }
}
