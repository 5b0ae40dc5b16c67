import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AgentError,
  type SourceCredential,
  authorizationHeader,
  classifyGitFailure,
  gitEnvironment,
  parseRemoteUrl,
  runGit,
  writeSshFiles,
} from '@buildog/agent';
import { parseGitRef } from '@buildog/plugin-buildog-common';
import { SourceError, type SourceResolver } from '@buildog/plugin-buildog-node';
import type { ProxyConfig, SourcesConfig } from '../config';
import type { HostRules } from './HostRules';
import { parseRefs } from './parseRefs';
import type { SourceCredentials } from './SourceCredentials';

/** Debian's place; where it is missing git uses what it was built with. */
const SYSTEM_CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

const TIMEOUT_MS = 30_000;
const MAX_BRANCHES = 1_000;

/** What a {@link GitSourceResolver} needs. */
export interface GitSourceResolverOptions {
  config: Pick<SourcesConfig, 'allowHttp' | 'caFile'>;
  proxy?: ProxyConfig;
  hosts: HostRules;
  credentials: SourceCredentials;
}

/**
 * Asks any git server (smart http, ssh) for its refs, with the same hardened
 * git as `init` uses in the pod: no configuration of the machine, no prompts,
 * no redirects, credentials never in an argument or a URL.
 */
export class GitSourceResolver implements SourceResolver {
  readonly contractVersion = 1;
  readonly #options: GitSourceResolverOptions;

  constructor(options: GitSourceResolverOptions) {
    this.#options = options;
  }

  handles(): boolean {
    return true;
  }

  async listBranches(
    repositoryUrl: string,
    { signal }: { signal: AbortSignal },
  ) {
    const { head, refs } = await this.#refs(
      repositoryUrl,
      ['HEAD', 'refs/heads/*'],
      signal,
    );
    const branches = [...refs]
      .filter(([name]) => name.startsWith('refs/heads/'))
      .slice(0, MAX_BRANCHES)
      .map(([name, revision]) => ({ name: shortName(name), revision }));
    return { defaultBranch: head && shortName(head), branches };
  }

  async resolve(
    repositoryUrl: string,
    ref: string | undefined,
    { signal }: { signal: AbortSignal },
  ) {
    if (ref === undefined) return this.#resolveHead(repositoryUrl, signal);
    const short = parseGitRef(ref.replace(/^refs\/(heads|tags)\//, ''));
    const names = ref.startsWith('refs/')
      ? [ref]
      : [`refs/heads/${short}`, `refs/tags/${short}`];
    const { refs } = await this.#refs(
      repositoryUrl,
      names.flatMap(name => [name, `${name}^{}`]),
      signal,
    );
    const name = names.find(candidate => refs.has(candidate));
    if (!name) {
      throw new SourceError(
        {
          code: 'GitBranchNotFound',
          category: 'User',
          message: `The branch ${short} no longer exists.`,
        },
        { retryable: false },
      );
    }
    return {
      revision: refs.get(name)!,
      ref: name,
      ...(name.startsWith('refs/heads/') && { branch: shortName(name) }),
    };
  }

  async #resolveHead(repositoryUrl: string, signal: AbortSignal) {
    const { head, refs } = await this.#refs(repositoryUrl, ['HEAD'], signal);
    const revision = refs.get('HEAD');
    if (!revision) {
      throw new SourceError(
        {
          code: 'GitBranchNotFound',
          category: 'User',
          message: 'The repository has no default branch: it is empty.',
        },
        { retryable: false },
      );
    }
    return {
      revision,
      ref: head ?? 'HEAD',
      ...(head && { branch: shortName(head) }),
    };
  }

  async #refs(repositoryUrl: string, patterns: string[], signal: AbortSignal) {
    const { config, hosts, credentials } = this.#options;
    const secrets: string[] = [];
    try {
      const remote = parseRemoteUrl(repositoryUrl, {
        transports: config.allowHttp
          ? ['https', 'http', 'ssh']
          : ['https', 'ssh'],
        // HostRules decide, because they know addresses as well.
        hosts: [new URL(asUrl(repositoryUrl)).host.toLowerCase()],
      });
      await hosts.check(remote.host);
      const credential = await credentials.find(repositoryUrl);
      if (credential?.type === 'https') secrets.push(credential.password);
      const output = await this.#lsRemote(remote, credential, patterns, signal);
      if (output.code !== 0) {
        throw classifyGitFailure(output.stderr, {
          host: remote.host,
          authenticated: credential !== undefined,
          secrets,
        });
      }
      return parseRefs(output.stdout.toString());
    } catch (error) {
      throw toSourceError(error, signal);
    }
  }

  async #lsRemote(
    remote: ReturnType<typeof parseRemoteUrl>,
    credential: SourceCredential | undefined,
    patterns: string[],
    signal: AbortSignal,
  ) {
    const header = authorizationHeader(credential);
    const home = await mkdtemp(join(tmpdir(), 'buildog-git-'));
    try {
      const env = gitEnvironment({
        gitDirectory: join(home, 'none'),
        home,
        transports: [remote.transport],
        caBundle: await this.#caBundle(home),
        proxy: this.#options.proxy,
        ...(header && {
          authorization: {
            urlPrefix: `${new URL(remote.url).origin}/`,
            header: `Authorization: ${header}`,
          },
        }),
        ...(credential?.type === 'ssh' && {
          sshConfig: await writeSshFiles(home, credential),
        }),
      });
      return await runGit({
        args: [
          'ls-remote',
          '--symref',
          '--end-of-options',
          remote.url,
          ...patterns,
        ],
        env,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }

  /** git takes one file: the configured authority besides the system's. */
  async #caBundle(home: string): Promise<string | undefined> {
    const { caFile } = this.#options.config;
    if (!caFile) return undefined;
    const system = await readFile(SYSTEM_CERTIFICATES, 'utf8').catch(() => '');
    const bundle = join(home, 'ca.pem');
    await writeFile(bundle, `${system}\n${await readFile(caFile, 'utf8')}`);
    return bundle;
  }
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, '');
}

/** scp-like addresses have no host that `URL` could read. */
function asUrl(repositoryUrl: string): string {
  const match = /^([^@/]+@[^:/]+):(.*)$/.exec(repositoryUrl);
  const text = match ? `ssh://${match[1]}/${match[2]}` : repositoryUrl;
  return URL.canParse(text) ? text : 'https://invalid.invalid';
}

function toSourceError(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof SourceError || signal.aborted) return error;
  if (error instanceof AgentError) {
    const { code, category, message, retryable } = error.toReason();
    return new SourceError(
      { code, category, message },
      { retryable, cause: error },
    );
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new SourceError(
      {
        code: 'GitHostUnreachable',
        category: 'Infrastructure',
        message: `The git server did not answer within ${TIMEOUT_MS / 1000} s.`,
      },
      { retryable: true, cause: error },
    );
  }
  return error;
}
