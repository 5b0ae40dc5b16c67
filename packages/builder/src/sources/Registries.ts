import {
  anonymousKeychain,
  isOciError,
  type Keychain,
  type RegistryClient,
  type RegistryClientOptions,
  type RegistryHostOptions,
  type Repository,
} from '@buildog/oci';
import { toBuilderError } from '../errors/toBuilderError';
import { CircuitBreaker } from './CircuitBreaker';

/** How registries are reached. */
export interface RegistryAccess {
  /** Sources of credentials, in the order in which they are tried. */
  readonly keychains: readonly Keychain[];
  /** By host as it stands in references. */
  readonly hosts?: Readonly<Record<string, RegistryHostOptions>>;
  /** What else the client is told: proxy, retries, timeouts, authorities. */
  readonly client?: Omit<RegistryClientOptions, 'keychain' | 'hosts'>;
}

/** What a call needs a credential for: reading may go without one. */
export type Purpose = 'pull' | 'push';

/**
 * All registries of a build. A call goes to the client with the first source that
 * has a credential; where the registry does not accept it, to the other sources in
 * their order, and a pull at last to none. What worked is kept for the repository.
 * A registry that is down is not asked again and again.
 */
export class Registries {
  private readonly breaker = new CircuitBreaker();
  private readonly clients = new Map<string, Map<Keychain, RegistryClient>>();
  private readonly chosen = new Map<string, Keychain>();

  constructor(private readonly access: RegistryAccess) {}

  /**
   * Calls a registry.
   *
   * @throws `BuilderError` with the kind that fits
   */
  async use<T>(
    repository: Repository,
    purpose: Purpose,
    call: (client: RegistryClient) => Promise<T>,
  ): Promise<T> {
    const { registry } = repository;
    try {
      return await this.breaker.run(registry, () =>
        this.tryCredentials(repository, purpose, call),
      );
    } catch (error) {
      throw toBuilderError(error);
    }
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const clients = [...this.clients.values()].flatMap(byKeychain => [
      ...byKeychain.values(),
    ]);
    this.clients.clear();
    await Promise.all(clients.map(client => client.close()));
  }

  private async tryCredentials<T>(
    repository: Repository,
    purpose: Purpose,
    call: (client: RegistryClient) => Promise<T>,
  ): Promise<T> {
    const key = `${purpose} ${repository.registry}/${repository.path}`;
    const known = this.chosen.get(key);
    const sources = known ? [known] : await this.sources(repository, purpose);
    let refusal: unknown;
    for (const source of sources) {
      try {
        const answer = await call(
          await this.client(source, repository.registry),
        );
        this.chosen.set(key, source);
        return answer;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refusal ??= error;
      }
    }
    // What worked before may have expired: the next call looks at all again.
    if (this.chosen.delete(key)) {
      return this.tryCredentials(repository, purpose, call);
    }
    throw refusal;
  }

  /** Sources that have a credential, then none; only "none" when nobody has one. */
  private async sources(
    repository: Repository,
    purpose: Purpose,
  ): Promise<Keychain[]> {
    const having: Keychain[] = [];
    let failure: unknown;
    for (const keychain of this.access.keychains) {
      try {
        if (await keychain.find(repository)) having.push(keychain);
      } catch (error) {
        // A source that fails is not the last one; alone, it is what is wrong.
        failure ??= error;
      }
    }
    if (having.length === 0 && purpose === 'push' && failure) throw failure;
    const withoutOne = purpose === 'pull' || having.length === 0;
    return withoutOne ? [...having, anonymousKeychain] : having;
  }

  private async client(
    keychain: Keychain,
    registry: string,
  ): Promise<RegistryClient> {
    const { createClient } = await import('./createClient');
    const { hosts = {}, client: options } = this.access;
    // Hosts are fixed when a client is made: this machine's own registries,
    // which nobody has to configure, have clients of their own.
    const own = isLoopback(registry) && !(registry in hosts) ? registry : '';
    const clients =
      this.clients.get(own) ?? new Map<Keychain, RegistryClient>();
    this.clients.set(own, clients);
    const known = clients.get(keychain);
    if (known) return known;
    const client = createClient(
      {
        ...options,
        hosts: own === '' ? hosts : { ...hosts, [own]: { plainHttp: true } },
      },
      keychain,
    );
    clients.set(keychain, client);
    return client;
  }
}

function isRefusal(error: unknown): boolean {
  return isOciError(error, 'unauthorized') || isOciError(error, 'forbidden');
}

/** A registry on this very machine speaks plain http unless it is configured. */
function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '');
  return (
    host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
  );
}
