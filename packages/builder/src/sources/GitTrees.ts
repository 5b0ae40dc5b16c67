import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceCredential } from '@buildog/agent';
import { BuilderError, type BuilderErrorKind } from '../errors/BuilderError';
import type { GitOperation } from '../graph/Operation';
import { canonicalDigest } from '../solve/canonicalDigest';
import type { IdentifiedTree } from '../solve/SolveTools';
import { ContextTree } from './ContextTree';
import { withoutUserInfo } from './withoutUserInfo';

/** How git repositories are reached. */
export interface GitAccess {
  /** Token for https repositories (the secret `GIT_AUTH_TOKEN`), or undefined. */
  token(): Promise<string | undefined>;
  readonly log?: (line: string) => void;
}

/** Kinds of the agent's codes; the first that fits. */
const gitKinds: readonly [RegExp, BuilderErrorKind][] = [
  [/Private|Credential|HostKey/, 'authentication'],
  [/Unreachable|Tls|Failed|RateLimited|NotFound/, 'network'],
  [/^VolumeFull$/, 'resource'],
];

const FULL_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Files of git repositories (`ADD https://….git#ref`, contexts). git runs as the
 * agent's does: no configuration, hooks, filters or helpers of machine or
 * repository, no redirects to other hosts. A commit is fetched once and kept.
 */
export class GitTrees {
  constructor(
    private readonly folder: string,
    private readonly access: GitAccess,
  ) {}

  /**
   * The tree of what an operation names.
   *
   * @throws {@link BuilderError} `validation` for a ref that is not there or a
   * checksum that differs, `network`, `authentication`
   */
  async fetch(
    operation: GitOperation,
    signal: AbortSignal,
  ): Promise<IdentifiedTree> {
    const { subdirectory, keepGitDirectory, skipSubmodules } = operation;
    const { folder, revision } = await this.checkOut(operation, signal);
    const at = await this.folderIn(folder, operation);
    return {
      tree: await ContextTree.open(at, {}),
      identity: canonicalDigest({
        kind: 'git',
        revision,
        subdirectory,
        keepGitDirectory,
        skipSubmodules,
      }),
    };
  }

  /** A folder with the files of a commit; it is never written to again. */
  async checkOut(
    operation: GitOperation,
    signal: AbortSignal,
  ): Promise<{ folder: string; revision: string }> {
    try {
      const credential = await this.credential(operation.url);
      const { resolveRevision } = await import('./resolveRevision');
      const { revision, ref } = FULL_ID.test(operation.ref ?? '')
        ? { revision: operation.ref!, ref: undefined }
        : await resolveRevision(operation, credential, this.folder, signal);
      checkSum(operation, revision);
      const folder = join(this.folder, nameOf(operation, revision));
      if (await isThere(folder)) {
        const now = new Date();
        await utimes(folder, now, now).catch(() => undefined);
        return { folder, revision };
      }
      await this.place(operation, {
        revision,
        ref,
        credential,
        folder,
        signal,
      });
      return { folder, revision };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toGitError(error, operation.url);
    }
  }

  /** The subdirectory that an operation names, reached without any link. */
  folderIn(
    folder: string,
    { subdirectory, url }: GitOperation,
  ): Promise<string> {
    return insideOf(folder, subdirectory, url);
  }

  private async place(
    operation: GitOperation,
    wanted: {
      revision: string;
      ref?: string;
      credential?: SourceCredential;
      folder: string;
      signal: AbortSignal;
    },
  ): Promise<void> {
    const { revision, ref, credential, folder, signal } = wanted;
    const { placeGitSource, initInputSchema } = await import('@buildog/agent');
    const draft = join(this.folder, `draft-${randomUUID()}`);
    const workspacePath = join(draft, 'tree');
    await mkdir(join(draft, 'scratch'), { recursive: true, mode: 0o700 });
    await mkdir(join(draft, 'hidden'), { mode: 0o700 });
    await mkdir(workspacePath, { mode: 0o755 });
    try {
      const input = initInputSchema.parse({
        protocolVersion: 1,
        workspacePath,
        source: {
          type: 'git',
          url: operation.url,
          revision,
          ...(ref && { ref }),
          transports: ['https', 'http', 'ssh'],
          submodules: operation.skipSubmodules ? false : { depth: 10 },
          lfs: 'keepPointers',
          keepGitDirectory: operation.keepGitDirectory,
        },
      });
      if (input.source.type !== 'git') return;
      await placeGitSource({
        input,
        source: input.source,
        credential,
        scratch: join(draft, 'scratch'),
        hidden: join(draft, 'hidden'),
        signal,
        log: this.access.log ?? (() => undefined),
      });
      // Somebody else may have been quicker with the same commit.
      await rename(workspacePath, folder).catch(async error => {
        if (!(await isThere(folder))) throw error;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  private async credential(url: string): Promise<SourceCredential | undefined> {
    const token = await this.access.token();
    if (token === undefined || !url.startsWith('https://')) return undefined;
    const { host } = new URL(url);
    return {
      type: 'https',
      host,
      username: 'x-access-token',
      password: token,
    };
  }
}

function nameOf(
  { url, keepGitDirectory, skipSubmodules }: GitOperation,
  revision: string,
): string {
  // The address counts: relative submodules lead elsewhere from another one.
  return createHash('sha256')
    .update(JSON.stringify([url, revision, keepGitDirectory, !skipSubmodules]))
    .digest('hex');
}

async function isThere(folder: string): Promise<boolean> {
  const stats = await stat(folder).catch(() => undefined);
  return stats?.isDirectory() ?? false;
}

function checkSum({ checksum, url }: GitOperation, revision: string): void {
  if (checksum === undefined || revision.startsWith(checksum)) return;
  throw new BuilderError(
    'validation',
    `${withoutUserInfo(
      url,
    )} is at ${revision}, but the Dockerfile asks for the commit ${checksum}`,
  );
}

/** A folder of the repository, reached without any link. */
async function insideOf(
  folder: string,
  subdirectory: string | undefined,
  url: string,
): Promise<string> {
  const names = (subdirectory ?? '').split('/').filter(Boolean);
  const whole = await ContextTree.open(folder, {});
  const entry = names.includes('..')
    ? undefined
    : await whole.lookup(names.filter(name => name !== '.').join('/'));
  if (entry?.type === 'directory') return join(folder, entry.path);
  throw new BuilderError(
    'validation',
    `${withoutUserInfo(url)} has no folder ${subdirectory}`,
  );
}

function toGitError(error: unknown, url: string): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as { code?: string };
  if (error.name !== 'AgentError' || code === undefined) return error;
  const kind =
    gitKinds.find(([pattern]) => pattern.test(code))?.[1] ?? 'validation';
  return new BuilderError(kind, `${withoutUserInfo(url)}: ${error.message}`, {
    cause: error,
  });
}
