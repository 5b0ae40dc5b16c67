import { readFile } from 'node:fs/promises';
import type { SourceCredential } from '@buildog/agent';
import type { SourcesConfig } from '../config';

type Configured = SourcesConfig['credentials'][number];

/** A credential that a Backstage integration has for a repository. */
export type IntegrationCredential = (
  repositoryUrl: string,
) => Promise<{ username: string; password: string } | undefined>;

/**
 * Finds the credential of a repository: `buildog.sources.credentials` first,
 * the most specific path winning, then Backstage's integrations. Hosts must
 * match exactly, port included; a look-alike host gets nothing. Files are
 * read on every call, so that a rotated secret is used at once.
 */
export class SourceCredentials {
  readonly #configured: readonly Configured[];
  readonly #integration: IntegrationCredential;

  constructor(
    configured: readonly Configured[],
    integration: IntegrationCredential = async () => undefined,
  ) {
    this.#configured = configured;
    this.#integration = integration;
  }

  /** @returns nothing for a repository that is read anonymously. */
  async find(repositoryUrl: string): Promise<SourceCredential | undefined> {
    const { transport, host, path } = splitUrl(repositoryUrl);
    const wanted = transport === 'ssh' ? 'ssh' : 'https';
    const [best] = this.#configured
      .filter(
        entry =>
          entry.host === host &&
          (entry.privateKeyFile ? 'ssh' : 'https') === wanted &&
          isBelow(path, entry.pathPrefix ?? ''),
      )
      .sort(
        (a, b) => (b.pathPrefix ?? '').length - (a.pathPrefix ?? '').length,
      );
    if (best) return toCredential(best, host);
    if (transport !== 'https') return undefined;
    const found = await this.#integration(repositoryUrl);
    return found && { type: 'https', host, ...found };
  }
}

/** True for the path itself and whatever lies below it: `team-a` is not above `team-ab`. */
function isBelow(path: string, prefix: string): boolean {
  const wanted = prefix.replace(/^\/+|\/+$/g, '');
  return wanted === '' || path === wanted || path.startsWith(`${wanted}/`);
}

function splitUrl(repositoryUrl: string) {
  if (!URL.canParse(repositoryUrl)) {
    const [, host = '', path = ''] =
      /^[^@]+@([^:]+):(.*)$/.exec(repositoryUrl) ?? [];
    return { transport: 'ssh', host: host.toLowerCase(), path };
  }
  const url = new URL(repositoryUrl);
  return {
    transport: url.protocol.replace(':', ''),
    host: url.host.toLowerCase(),
    path: url.pathname.replace(/^\/+/, ''),
  };
}

async function toCredential(
  entry: Configured,
  host: string,
): Promise<SourceCredential> {
  if (entry.privateKeyFile) {
    return {
      type: 'ssh',
      host,
      privateKey: await readFile(entry.privateKeyFile, 'utf8'),
      knownHosts: await readFile(entry.knownHostsFile ?? '', 'utf8'),
    };
  }
  return {
    type: 'https',
    host,
    username: entry.username ?? '',
    password:
      entry.password ??
      (await readFile(entry.passwordFile ?? '', 'utf8')).trim(),
  };
}
