import { AgentError, createDispatcher, printable } from '../../program';
import { classifyGitFailure } from './classifyGitFailure';
import { parseRemoteUrl } from './remoteUrl';
import {
  authorizationHeader,
  type RemoteAccess,
  type Repository,
} from './Repository';
import { resolveRedirect } from './resolveRedirect';
import type { GitOutcome } from './runGit';

/** What to fetch. */
export interface Wanted {
  revision: string;
  /** Where the commit was seen. */
  ref?: string;
  /** 0 is everything. */
  depth: number;
}

const PROGRESS_MILLISECONDS = 5000;

/**
 * Fetches exactly one commit. Servers that refuse to serve a bare commit id
 * (or know no shallow fetch) are asked for the ref instead, or for all
 * branches and tags, first as shallow as wanted and then in full.
 *
 * @returns the address that was used in the end
 * @throws AgentError
 */
export async function fetchRevision(
  repository: Repository,
  access: RemoteAccess,
  wanted: Wanted,
): Promise<string> {
  const { used, outcome } = await fetchFollowing(repository, access, [
    depthArgument(wanted.depth),
    [wanted.revision],
  ]);
  const { url } = used.remote;
  if (outcome.code === 0) {
    await requireCommit(repository, wanted);
    return url;
  }
  if (!mayHaveItElsewhere(outcome.stderr)) throw failure(used, outcome);
  const refs = wanted.ref
    ? [`+${wanted.ref}:refs/buildog/wanted`]
    : [
        '+refs/heads/*:refs/buildog/heads/*',
        '+refs/tags/*:refs/buildog/tags/*',
      ];
  const shallowIsPossible =
    wanted.depth > 0 && !/dumb http/.test(outcome.stderr);
  if (shallowIsPossible) {
    const shallow = await fetch(repository, used, [
      depthArgument(wanted.depth),
      refs,
    ]);
    if (shallow.code === 0 && (await hasObject(repository, wanted.revision))) {
      await requireCommit(repository, wanted);
      return url;
    }
    if (shallow.code !== 0 && !mayHaveItElsewhere(shallow.stderr)) {
      throw failure(used, shallow);
    }
  }
  repository.session.log('git: the server serves only refs: fetching history');
  const full = await fetch(repository, used, [
    shallowIsPossible ? ['--unshallow'] : [],
    refs,
  ]);
  if (full.code !== 0) throw failure(used, full);
  await requireCommit(repository, wanted);
  return url;
}

async function fetchFollowing(
  repository: Repository,
  access: RemoteAccess,
  args: [string[], string[]],
): Promise<{ used: RemoteAccess; outcome: GitOutcome }> {
  const { remote } = access;
  const outcome = await fetch(repository, access, args);
  const redirected =
    outcome.code !== 0 &&
    remote.transport !== 'ssh' &&
    failure(access, outcome).code === 'GitRedirectRefused';
  if (!redirected) return { used: access, outcome };
  const { session } = repository;
  const dispatcher = createDispatcher({
    caFile: session.caFile,
    proxy: session.proxy,
    headersTimeout: 30_000,
  });
  try {
    const target = await resolveRedirect(
      remote.url,
      dispatcher,
      authorizationHeader(access.credential),
    );
    const next = parseRemoteUrl(target, { transports: ['https', 'http'] });
    session.log(`git: redirected to ${printable(next.url)}`);
    // Another port of the same host is another server, with other secrets.
    const sameHost = next.host === remote.host;
    const used = {
      remote: next,
      credential: sameHost ? access.credential : undefined,
    };
    return { used, outcome: await fetch(repository, used, args) };
  } finally {
    await dispatcher.close();
  }
}

async function fetch(
  repository: Repository,
  access: RemoteAccess,
  [options, refspecs]: [string[], string[]],
): Promise<GitOutcome> {
  const { session, directory } = repository;
  let shown = Date.now();
  return session.download.during(directory, session.signal, signal =>
    repository.gitRemote(access, {
      signal,
      args: [
        'fetch',
        '--progress',
        '--no-tags',
        '--no-recurse-submodules',
        '--no-write-fetch-head',
        ...options,
        '--end-of-options',
        access.remote.url,
        ...refspecs,
      ],
      onLine: line => {
        if (Date.now() - shown < PROGRESS_MILLISECONDS) return;
        shown = Date.now();
        session.log(`git: ${printable(line, 200)}`);
      },
    }),
  );
}

function depthArgument(depth: number): string[] {
  return depth > 0 ? [`--depth=${depth}`] : [];
}

function mayHaveItElsewhere(stderr: string): boolean {
  return /unadvertised object|not our ref|couldn't find remote ref|dumb http/.test(
    stderr,
  );
}

function failure({ remote, credential }: RemoteAccess, outcome: GitOutcome) {
  return classifyGitFailure(outcome.stderr, {
    host: remote.host,
    authenticated: credential !== undefined,
    secrets: credential?.type === 'https' ? [credential.password] : [],
  });
}

async function hasObject(repository: Repository, id: string): Promise<boolean> {
  const { code } = await repository.git({ args: ['cat-file', '-e', id] });
  return code === 0;
}

async function requireCommit(
  repository: Repository,
  { revision, ref }: Wanted,
) {
  const { code, stdout } = await repository.git({
    args: ['cat-file', '-t', revision],
  });
  if (code === 0 && stdout.toString().trim() === 'commit') return;
  throw new AgentError(
    'GitRevisionNotFound',
    code === 0
      ? `${revision} is a ${printable(stdout.toString(), 10)}, not a commit.`
      : `The commit ${revision} is not in the history of ${
          ref ? printable(ref, 200) : 'any branch or tag'
        }.`,
  );
}
