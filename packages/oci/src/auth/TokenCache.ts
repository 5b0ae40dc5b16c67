import { Token } from './fetchToken';

/** Entries kept; beyond that the oldest goes. */
const MAX_TOKENS = 1000;

/**
 * Bearer tokens by scope. Callers who want the same token while it is being
 * fetched wait for one request; a token is fetched anew shortly before it ends.
 */
export class TokenCache {
  private readonly entries = new Map<
    string,
    { readonly token: string; readonly renewAt: number }
  >();
  private readonly underWay = new Map<string, Promise<string>>();

  constructor(private readonly now: () => number) {}

  get(scopes: readonly string[], fetch: () => Promise<Token>): Promise<string> {
    const key = keyOf(scopes);
    const entry = this.entries.get(key);
    if (entry && entry.renewAt > this.now()) {
      return Promise.resolve(entry.token);
    }
    let promise = this.underWay.get(key);
    if (!promise) {
      promise = this.fetch(key, fetch).finally(() => this.underWay.delete(key));
      this.underWay.set(key, promise);
    }
    return promise;
  }

  /** Forgets `token`, which the registry no longer accepts. */
  drop(scopes: readonly string[], token: string): void {
    const key = keyOf(scopes);
    if (this.entries.get(key)?.token === token) this.entries.delete(key);
  }

  private async fetch(
    key: string,
    fetch: () => Promise<Token>,
  ): Promise<string> {
    const started = this.now();
    const { value, lifetimeS } = await fetch();
    const margin = Math.min(10_000, lifetimeS * 250);
    this.entries.delete(key);
    this.entries.set(key, {
      token: value,
      renewAt: started + lifetimeS * 1000 - margin,
    });
    const oldest = this.entries.keys().next();
    if (this.entries.size > MAX_TOKENS && !oldest.done) {
      this.entries.delete(oldest.value);
    }
    return value;
  }
}

function keyOf(scopes: readonly string[]): string {
  return [...scopes].sort().join(' ');
}
