import { Authorizer } from '../auth/Authorizer';
import { Keychain } from '../auth/Keychain';
import { isOciError, OciError } from '../errors/OciError';
import { parseRegistry } from '../reference/parseRegistry';
import { parseRepository } from '../reference/parseReference';
import { HttpSender } from '../transport/HttpSender';
import { PullOptions } from './callOptions';
import { RegistryEndpoint } from './RegistryEndpoint';
import { RetryPolicy } from './RegistryClientOptions';

/** A mirror that does not answer must not hold up the registry behind it. */
const MIRROR_ATTEMPTS = 2;

/** The endpoints of one client, made when they are first asked. */
export class EndpointTable {
  private readonly endpoints = new Map<string, RegistryEndpoint>();

  constructor(
    readonly sender: HttpSender,
    private readonly keychain: Keychain,
    private readonly retry: RetryPolicy,
  ) {}

  /** The registry itself. */
  origin(registry: string): RegistryEndpoint {
    return this.endpoint(parseRegistry(registry), '', this.retry);
  }

  /**
   * Asks the registry's mirrors in order and then itself; the first success
   * counts. When all fail the error is the registry's own.
   */
  async pull<T>(
    registry: string,
    options: PullOptions,
    ask: (endpoint: RegistryEndpoint) => Promise<T>,
  ): Promise<T> {
    const origin = this.origin(registry);
    const mirrors = options.from === 'origin' ? [] : this.mirrors(registry);
    for (const mirror of mirrors) {
      try {
        const answer = await ask(mirror);
        // Not there is no answer: a mirror need not have everything.
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!isOciError(error) || error.code === 'aborted') throw error;
      }
    }
    return ask(origin);
  }

  /** Mirrors of a registry, in the configured order. */
  mirrors(registry: string): RegistryEndpoint[] {
    const { mirrors = [] } = this.sender.hosts.forRegistry(
      parseRegistry(registry),
    );
    const retry = {
      ...this.retry,
      attempts: Math.min(this.retry.attempts, MIRROR_ATTEMPTS),
    };
    return mirrors.map(mirror => {
      const slash = mirror.indexOf('/');
      if (slash < 0) return this.endpoint(parseRegistry(mirror), '', retry);
      const host = parseRegistry(mirror.slice(0, slash), mirror);
      const { path } = parseRepository(`mirror.invalid${mirror.slice(slash)}`);
      return this.endpoint(host, path, retry);
    });
  }

  private endpoint(
    registry: string,
    prefix: string,
    retry: RetryPolicy,
  ): RegistryEndpoint {
    const key = `${registry}/${prefix} ${retry.attempts}`;
    let endpoint = this.endpoints.get(key);
    if (!endpoint) {
      if (this.endpoints.size >= 1000) {
        throw new OciError(
          'unsupported',
          'one client talks to at most 1000 registries',
        );
      }
      const origin = this.sender.hosts.originFor(registry);
      endpoint = new RegistryEndpoint(
        { registry, origin, prefix },
        this.sender,
        retry,
        new Authorizer(registry, origin, this.sender, this.keychain),
      );
      this.endpoints.set(key, endpoint);
    }
    return endpoint;
  }
}
