import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitSource, SourceCredential, SourceLimits } from '../../protocol';
import { AgentError, printable } from '../../program';
import { checkOutTree } from './checkOutTree';
import { fetchRevision, type Wanted } from './fetchRevision';
import { listTree, type TreeEntry } from './listTree';
import { readSubmodules, type Submodule } from './readSubmodules';
import { parseRemoteUrl, type RemoteUrl } from './remoteUrl';
import { Repository, type GitSession } from './Repository';
import { resolveSubmoduleUrl } from './resolveSubmoduleUrl';

/** What the placing of one source shares, and counts. */
export interface Placement {
  source: GitSource;
  credential?: SourceCredential;
  session: GitSession;
  /** The directory that becomes the root of the source. */
  workspacePath: string;
  limits: SourceLimits;
  /** Directory for the repositories of submodules. */
  modulesDirectory: string;
  /** Everything that was written, paths relative to the workspace. */
  written: TreeEntry[];
  submodules: number;
  /** Submodules that were left out. */
  skipped: string[];
}

/** One repository, and where it goes. */
export interface Placed {
  remote: RemoteUrl;
  wanted: Wanted;
  /** Path of the work tree in the workspace, in Latin-1, with a final slash unless it is the root. */
  prefix: string;
  level: number;
}

/**
 * Fetches one repository and writes its tree, then those of its submodules
 * by the same rules, within what is left of the limits.
 *
 * @throws AgentError
 */
export async function placeRepository(
  placement: Placement,
  repository: Repository,
  placed: Placed,
): Promise<void> {
  const { remote, wanted, prefix } = placed;
  const { source, limits, written } = placement;
  const url = await fetchRevision(
    repository,
    { remote, credential: credentialFor(placement, placed) },
    wanted,
  );
  const isWanted = subPathFilter(
    placed.level === 0 ? source.subPath : undefined,
  );
  const entries = await listTree(
    repository,
    wanted.revision,
    {
      files: limits.files - written.length,
      bytes: limits.bytes - written.reduce((sum, { size }) => sum + size, 0),
    },
    isWanted,
  );
  if (source.subPath && placed.level === 0 && entries.length === 0) {
    throw new AgentError(
      'SubPathMissing',
      `The commit has no directory ${printable(source.subPath)}.`,
    );
  }
  await checkOutTree(
    repository,
    wanted.revision,
    entries,
    directoryOf(placement, prefix),
  );
  for (const entry of entries) {
    written.push({ ...entry, path: `${prefix}${entry.path}` });
  }
  const links = entries.filter(({ kind }) => kind === 'submodule');
  if (!source.submodules) {
    placement.skipped.push(...links.map(({ path }) => `${prefix}${path}`));
    return;
  }
  const modules = await readSubmodules(repository, wanted.revision, entries);
  for (const submodule of modules) {
    await placeSubmodule(
      placement,
      { ...placed, remote: { ...remote, url } },
      submodule,
    );
  }
}

async function placeSubmodule(
  placement: Placement,
  parent: Placed,
  { path, url, revision }: Submodule,
): Promise<void> {
  const { source, session, modulesDirectory } = placement;
  if (!source.submodules || parent.level >= source.submodules.depth) {
    throw new AgentError(
      'SubmoduleRefused',
      `Submodules nest deeper than ${
        source.submodules ? source.submodules.depth : 0
      }.`,
    );
  }
  const remote = submoduleRemote(placement, parent, url);
  const prefix = `${parent.prefix}${path}/`;
  const name = Buffer.from(prefix, 'latin1').toString();
  if (name.includes('\ufffd')) {
    throw new AgentError(
      'SubmoduleInvalid',
      'The path of a submodule is not UTF-8.',
    );
  }
  placement.submodules += 1;
  const directory = join(modulesDirectory, String(placement.submodules));
  const repository = await Repository.create(directory, revision, session);
  await mkdir(directoryOf(placement, prefix), { recursive: true });
  session.log(`git: submodule ${printable(name)} from ${remote.host}`);
  await placeRepository(placement, repository, {
    remote,
    wanted: { revision, depth: 1 },
    prefix,
    level: parent.level + 1,
  });
  await rm(directory, { recursive: true, force: true });
}

function submoduleRemote(
  { source }: Placement,
  parent: Placed,
  url: string,
): RemoteUrl {
  const extra = source.submodules ? source.submodules.hosts : [];
  const hosts = [parent.remote.host, ...extra];
  try {
    return parseRemoteUrl(resolveSubmoduleUrl(parent.remote.url, url), {
      transports: source.transports,
      hosts: source.hosts
        ? hosts.filter(host => source.hosts?.includes(host))
        : hosts,
    });
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    throw new AgentError(
      'SubmoduleRefused',
      `A submodule was refused: ${error.message}`,
    );
  }
}

/** The source's own credential goes to the source, and where it was allowed to. */
function credentialFor(
  { source, credential }: Placement,
  { remote, level }: Placed,
): SourceCredential | undefined {
  if (!credential || credential.host !== remote.host) return undefined;
  if (level === 0) return credential;
  const allowed = source.submodules ? source.submodules.credentialUrls : [];
  const plain = (url: string) => url.replace(/(?:\.git)?\/*$/, '');
  return allowed.some(url => plain(url) === plain(remote.url))
    ? credential
    : undefined;
}

function subPathFilter(subPath: string | undefined): (path: string) => boolean {
  if (subPath === undefined || subPath === '.') return () => true;
  const start = `${Buffer.from(subPath, 'utf8').toString('latin1')}/`;
  return path => path.startsWith(start);
}

/** A path of the workspace as a file name; {@link placeSubmodule} saw to UTF-8. */
function directoryOf({ workspacePath }: Placement, prefix: string): string {
  return join(workspacePath, Buffer.from(prefix, 'latin1').toString());
}
