import { mkdir } from 'node:fs/promises';
import type { SourceCredential, ProxySettings } from '../../protocol';
import { AgentError } from '../../program';
import { gitEnvironment } from './gitEnvironment';
import type { RemoteUrl } from './remoteUrl';
import { runGit, type GitCall, type GitOutcome } from './runGit';
import type { SizeWatch } from './SizeWatch';

/** What all repositories of one source share. */
export interface GitSession {
  /** Private directory: home, certificates, ssh files. */
  scratch: string;
  signal: AbortSignal;
  log: (line: string) => void;
  caBundle?: string;
  /** Extra authorities, for requests that are not git's. */
  caFile?: string;
  proxy?: ProxySettings;
  sshConfig?: string;
  /** Bytes that may still be downloaded, for all repositories together. */
  download: SizeWatch;
}

/** How one repository is asked. */
export interface RemoteAccess {
  remote: RemoteUrl;
  credential?: SourceCredential;
}

/**
 * A local repository without configuration of its own, in a directory that
 * nothing but our own git calls touches.
 */
export class Repository {
  private constructor(
    readonly directory: string,
    readonly session: GitSession,
  ) {}

  /** Makes an empty one; the object format follows the length of the id. */
  static async create(
    directory: string,
    revision: string,
    session: GitSession,
  ): Promise<Repository> {
    await mkdir(directory, { recursive: true, mode: 0o755 });
    const repository = new Repository(directory, session);
    const format = revision.length === 64 ? 'sha256' : 'sha1';
    const { code, stderr } = await repository.git({
      args: ['init', '--quiet', '--bare', `--object-format=${format}`],
    });
    if (code !== 0) throw new Error(`git init failed: ${stderr}`);
    return repository;
  }

  /** Runs git here, offline. */
  async git(
    call: Pick<GitCall, 'args' | 'input' | 'onOutput'> & {
      workTree?: string;
      signal?: AbortSignal;
    },
  ): Promise<GitOutcome> {
    const { session, directory } = this;
    return runGit({
      ...call,
      signal: call.signal ?? session.signal,
      env: gitEnvironment({
        gitDirectory: directory,
        workTree: call.workTree,
        home: session.scratch,
        transports: [],
      }),
    });
  }

  /** Runs git here with access to one remote. */
  async gitRemote(
    { remote, credential }: RemoteAccess,
    call: Pick<GitCall, 'args' | 'onLine'> & { signal: AbortSignal },
  ): Promise<GitOutcome> {
    const { session, directory } = this;
    if (remote.transport === 'ssh' && credential?.type !== 'ssh') {
      throw new AgentError(
        'GitRemotePrivate',
        `${remote.host} is reached by ssh, and no key may be used for this repository.`,
      );
    }
    const header = authorizationHeader(credential);
    return runGit({
      ...call,
      env: gitEnvironment({
        gitDirectory: directory,
        home: session.scratch,
        caBundle: session.caBundle,
        proxy: session.proxy,
        transports: [remote.transport],
        sshConfig: remote.transport === 'ssh' ? session.sshConfig : undefined,
        ...(header && {
          authorization: {
            urlPrefix: `${new URL(remote.url).origin}/`,
            header: `Authorization: ${header}`,
          },
        }),
      }),
    });
  }
}

/**
 * Value of the Authorization header, for credentials that have one.
 *
 * @public
 */
export function authorizationHeader(
  credential: SourceCredential | undefined,
): string | undefined {
  if (credential?.type !== 'https') return undefined;
  const pair = `${credential.username}:${credential.password}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
