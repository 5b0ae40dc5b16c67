import type { Credential } from '@buildog/oci';

/** A credential and how long it may be used. */
export interface ExpiringCredential {
  readonly credential: Credential;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const MARGIN_MS = 5 * 60_000;

/** Keeps credentials until shortly before they expire; several that ask at once wait for one answer. */
export class TokenKeeper {
  private readonly kept = new Map<string, Promise<ExpiringCredential>>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The credential under a key, fetched when it is missing or about to expire. A failure is not kept. */
  async get(
    key: string,
    fetch: () => Promise<ExpiringCredential>,
  ): Promise<Credential> {
    const kept = this.kept.get(key);
    const known = await kept?.catch(() => undefined);
    if (known && known.expiresAt - MARGIN_MS > this.now()) {
      return known.credential;
    }
    // Somebody else may have begun to fetch while we looked at what was kept.
    const other = this.kept.get(key);
    if (other && other !== kept) return (await other).credential;
    const fresh = fetch();
    this.kept.set(key, fresh);
    fresh.catch(() => {
      if (this.kept.get(key) === fresh) this.kept.delete(key);
    });
    return (await fresh).credential;
  }
}
