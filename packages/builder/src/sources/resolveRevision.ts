import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  authorizationHeader,
  classifyGitFailure,
  gitEnvironment,
  parseRemoteUrl,
  runGit,
  type SourceCredential,
} from '@buildog/agent';
import { BuilderError } from '../errors/BuilderError';
import type { GitOperation } from '../graph/Operation';
import { withoutUserInfo } from './withoutUserInfo';

/** What a ref pointed to when the server was asked. */
export interface ResolvedRevision {
  readonly revision: string;
  /** Full name, where the server may refuse a bare commit. */
  readonly ref?: string;
}

/**
 * The commit that a branch, tag or the default branch stands for.
 *
 * @throws {@link BuilderError} `validation` where there is none of that name
 */
export async function resolveRevision(
  { url, ref }: GitOperation,
  credential: SourceCredential | undefined,
  folder: string,
  signal: AbortSignal,
): Promise<ResolvedRevision> {
  const remote = parseRemoteUrl(url, { transports: ['https', 'http', 'ssh'] });
  await mkdir(folder, { recursive: true });
  const home = await mkdtemp(join(folder, 'draft-'));
  const names = namesOf(ref);
  try {
    const header = authorizationHeader(credential);
    const { code, stdout, stderr } = await runGit({
      args: [
        'ls-remote',
        '--quiet',
        '--end-of-options',
        remote.url,
        ...names.flatMap(name => [name, `${name}^{}`]),
      ],
      env: gitEnvironment({
        gitDirectory: join(home, 'none'),
        home,
        transports: [remote.transport],
        ...(header && {
          authorization: {
            urlPrefix: `${new URL(remote.url).origin}/`,
            header: `Authorization: ${header}`,
          },
        }),
      }),
      signal,
    });
    if (code !== 0) {
      const authenticated = credential !== undefined;
      throw classifyGitFailure(stderr, { host: remote.host, authenticated });
    }
    const refs = parseRefs(stdout.toString('utf8'));
    for (const name of names) {
      // A tag with a message is an object of its own: the commit is behind it.
      const revision = refs.get(`${name}^{}`) ?? refs.get(name);
      if (revision) return { revision, ...(name !== 'HEAD' && { ref: name }) };
    }
    throw new BuilderError(
      'validation',
      `${withoutUserInfo(url)} has no branch or tag ${JSON.stringify(
        ref ?? 'HEAD',
      )}; a commit has to be written in full`,
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function namesOf(ref: string | undefined): readonly string[] {
  if (ref === undefined || ref === '' || ref === 'HEAD') return ['HEAD'];
  if (ref.startsWith('refs/')) return [ref];
  return [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`];
}

function parseRefs(text: string): Map<string, string> {
  const refs = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, revision, name] = /^([0-9a-f]{40,64})\t(\S+)$/.exec(line) ?? [];
    if (name) refs.set(name, revision);
  }
  return refs;
}
