import { OciError } from '../errors/OciError';
import { RegistryHostOptions } from '../client/RegistryClientOptions';
import { parseRegistry } from '../reference/parseRegistry';
import { isLinkLocal } from './linkLocal';

/** Docker Hub serves its API elsewhere than its images are named. */
const DEFAULT_API_HOSTS: Record<string, string> = {
  'docker.io': 'registry-1.docker.io',
};

/**
 * What was configured for each host, and the rules for the URLs we may talk to.
 */
export class HostTable {
  private readonly byRegistry = new Map<string, RegistryHostOptions>();
  private readonly byOrigin = new Map<string, RegistryHostOptions>();

  constructor(hosts: Readonly<Record<string, RegistryHostOptions>> = {}) {
    for (const [name, options] of Object.entries(hosts)) {
      const registry = parseRegistry(name);
      this.byRegistry.set(registry, options);
      this.byOrigin.set(originOf(registry, options), options);
    }
    for (const [registry, options] of this.byRegistry) {
      const origin = originOf(this.apiHost(registry), options);
      if (!this.byOrigin.has(origin)) this.byOrigin.set(origin, options);
    }
  }

  /** Options of a registry by the name it has in references. */
  forRegistry(registry: string): RegistryHostOptions {
    return this.byRegistry.get(registry) ?? {};
  }

  /** Options of the host a URL points to, where any were configured. */
  forUrl(url: URL): RegistryHostOptions | undefined {
    return this.byOrigin.get(url.origin);
  }

  /** Scheme, host and port where a registry's API is. */
  originFor(registry: string): URL {
    return new URL(
      originOf(this.apiHost(registry), this.forRegistry(registry)),
    );
  }

  /**
   * Resolves a URL somebody else gave us (redirect, upload location, token
   * realm) and checks it: no step down from https to http, http only to a host
   * configured for it, no user info, no link-local address. The query, which
   * may be a signature, is in no error.
   *
   * @throws {@link OciError} `redirectRefused`
   */
  resolve(target: string, from: URL, what: string): URL {
    const refuse = (reason: string) =>
      new OciError(
        'redirectRefused',
        `${from.host} sent us to a ${what} that is refused: ${reason}`,
        { host: from.host },
      );
    let url: URL;
    try {
      url = new URL(target, from);
    } catch {
      throw refuse('it is no URL');
    }
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw refuse('it is neither https nor http');
    }
    if (url.username !== '' || url.password !== '') {
      throw refuse('it has a user name or password in it');
    }
    if (isLinkLocal(url.hostname)) {
      throw refuse(`${url.hostname} is a link-local address`);
    }
    if (url.protocol === 'http:' && from.protocol === 'https:') {
      throw refuse(
        `it leads from https to http at ${url.host}; a registry behind a TLS proxy must be told its external URL`,
      );
    }
    if (url.protocol === 'http:' && !this.forUrl(url)?.plainHttp) {
      throw refuse(
        `it leads to http at ${url.host}, which is not configured as plainHttp`,
      );
    }
    url.hash = '';
    return url;
  }

  private apiHost(registry: string): string {
    return (
      this.forRegistry(registry).apiHost ??
      DEFAULT_API_HOSTS[registry] ??
      registry
    );
  }
}

function originOf(host: string, options: RegistryHostOptions): string {
  const scheme = options.plainHttp ? 'http' : 'https';
  try {
    return new URL(`${scheme}://${host}`).origin;
  } catch (cause) {
    throw new OciError('invalidConfig', `"${host}" is no registry host`, {
      cause,
    });
  }
}
