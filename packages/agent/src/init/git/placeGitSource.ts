import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  GitSource,
  InitInput,
  InitWarning,
  SourceCredential,
} from '../../protocol';
import { AgentError, printable } from '../../program';
import { describeCommit, type CommitDescription } from './describeCommit';
import { findLfsPointers } from './findLfsPointers';
import type { TreeEntry } from './listTree';
import { placeRepository, type Placement } from './placeRepository';
import { parseRemoteUrl } from './remoteUrl';
import { Repository, type GitSession } from './Repository';
import { SizeWatch } from './SizeWatch';
import { writeSshFiles } from './writeSshFiles';

const SYSTEM_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * How to place a git source.
 *
 * @public
 */
export interface PlaceGitSourceOptions {
  input: InitInput;
  source: GitSource;
  credential?: SourceCredential;
  /** Private directory; removed by the caller. */
  scratch: string;
  /** Directory on the workspace's volume for git's own files; removed by the caller. */
  hidden: string;
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * A git source that lies in the workspace.
 *
 * @public
 */
export interface PlacedGitSource {
  commit: CommitDescription;
  submodules: number;
  files: number;
  bytes: number;
  warnings: InitWarning[];
}

/**
 * Puts the files of a commit, and of its submodules where they are wanted,
 * into the workspace.
 *
 * @throws AgentError
 * @public
 */
export async function placeGitSource(
  options: PlaceGitSourceOptions,
): Promise<PlacedGitSource> {
  const { input, source, credential, log } = options;
  const remote = parseRemoteUrl(source.url, source);
  if (credential && credential.host !== remote.host) {
    throw new AgentError(
      'CredentialInvalid',
      `The source credential is for ${credential.host}, the repository is at ${remote.host}.`,
    );
  }
  const placement: Placement = {
    source,
    credential,
    limits: input.limits,
    workspacePath: input.workspacePath,
    session: await createSession(options),
    modulesDirectory: join(options.hidden, 'modules'),
    written: [],
    submodules: 0,
    skipped: [],
  };
  log(`git: fetching ${printable(source.revision)} from ${remote.host}`);
  const directory = source.keepGitDirectory
    ? join(input.workspacePath, '.git')
    : join(options.hidden, 'repository');
  const repository = await Repository.create(
    directory,
    source.revision,
    placement.session,
  );
  await placeRepository(placement, repository, {
    remote,
    wanted: source,
    prefix: '',
    level: 0,
  });
  const commit = await describeCommit(repository, source.revision);
  if (source.keepGitDirectory) await finishGitDirectory(repository, source);
  const warnings = [
    ...(await checkLfs(input, source, placement.written)),
    ...skippedSubmodules(placement.skipped),
  ];
  for (const { message } of warnings) log(`warning: ${message}`);
  return {
    commit,
    warnings,
    submodules: placement.submodules,
    files: placement.written.filter(({ kind }) => kind !== 'submodule').length,
    bytes: placement.written.reduce((sum, { size }) => sum + size, 0),
  };
}

async function createSession({
  input,
  credential,
  scratch,
  signal,
  log,
}: PlaceGitSourceOptions): Promise<GitSession> {
  return {
    scratch,
    signal,
    log,
    caFile: input.caFile,
    proxy: input.proxy,
    download: SizeWatch.create(input.limits.bytes),
    ...(input.caFile && {
      caBundle: await writeCaBundle(join(scratch, 'ca.pem'), input.caFile),
    }),
    ...(credential?.type === 'ssh' && {
      sshConfig: await writeSshFiles(join(scratch, 'ssh'), credential),
    }),
  };
}

/** git can be given one file only, so the system's authorities go into it too. */
async function writeCaBundle(path: string, caFile: string): Promise<string> {
  const system = await readFile(SYSTEM_CERTIFICATES, 'utf8').catch(() => '');
  await writeFile(path, `${system}\n${await readFile(caFile, 'utf8')}`);
  return path;
}

/** Leaves a repository at that commit with nothing in it but objects. */
async function finishGitDirectory(
  repository: Repository,
  { revision }: GitSource,
): Promise<void> {
  await repository.git({
    args: ['update-ref', '--no-deref', 'HEAD', revision],
  });
  await repository.git({ args: ['config', 'core.bare', 'false'] });
  await rm(join(repository.directory, 'refs', 'buildog'), {
    recursive: true,
    force: true,
  });
}

async function checkLfs(
  input: InitInput,
  source: GitSource,
  written: readonly TreeEntry[],
): Promise<InitWarning[]> {
  const pointers = await findLfsPointers(input.workspacePath, written);
  if (pointers.length === 0) return [];
  const context = Buffer.from(input.context, 'utf8').toString('latin1');
  const inContext = pointers.filter(
    path => context === '.' || path.startsWith(`${context}/`),
  );
  const [first] = inContext.length > 0 ? inContext : pointers;
  const name = printable(Buffer.from(first, 'latin1').toString(), 200);
  if (inContext.length > 0 && source.lfs === 'refuse') {
    throw new AgentError(
      'LfsUnsupported',
      `${inContext.length} file(s) in the build context are Git LFS pointers, not content (${name}): Git LFS is not supported. Keep such files out of the context, or in git itself.`,
    );
  }
  const message = `${pointers.length} file(s) are Git LFS pointers, not content (${name}).`;
  return [{ code: 'LfsPointers', message }];
}

function skippedSubmodules(skipped: readonly string[]): InitWarning[] {
  if (skipped.length === 0) return [];
  const name = printable(Buffer.from(skipped[0], 'latin1').toString(), 200);
  const message = `${skipped.length} submodule(s) were not fetched (${name}): their directories are missing.`;
  return [{ code: 'SubmodulesSkipped', message }];
}
