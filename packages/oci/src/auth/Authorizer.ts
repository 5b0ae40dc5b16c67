import { OciError } from '../errors/OciError';
import { untilAborted } from '../retry/untilAborted';
import { HttpSender } from '../transport/HttpSender';
import { RegistryResponse } from '../transport/RegistryResponse';
import { basicHeader, encodeBasic, fetchToken } from './fetchToken';
import { Keychain } from './Keychain';
import { Challenge, parseChallenges } from './parseChallenge';
import { TokenCache } from './TokenCache';

/** An `Authorization` header, and what of it must never be seen. */
export interface Authorization {
  readonly header: string;
  readonly secrets: readonly string[];
}

/** What a registry asks for. */
export type AuthScheme =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service?: string };

/** Whom a request is authorised for. */
export interface AuthorizeRequest {
  /** Repository path, for the keychain. */
  readonly path: string;
  readonly scopes: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Knows how one registry host wants requests authorised, and does it.
 *
 * Only a challenge that came from this very origin is listened to, so a host we
 * were redirected to can't ask for the registry's credential.
 */
export class Authorizer {
  private scheme: Promise<AuthScheme> | undefined;
  private readonly tokens: TokenCache;

  constructor(
    private readonly registry: string,
    private readonly origin: URL,
    private readonly sender: HttpSender,
    private readonly keychain: Keychain,
    now: () => number = Date.now,
  ) {
    this.tokens = new TokenCache(now);
  }

  /**
   * The authorization for some scopes, or `undefined` to go without. Asks the
   * registry's `/v2/` first when it has not been asked before.
   */
  async authorize(asked: AuthorizeRequest): Promise<Authorization | undefined> {
    const { path, scopes, signal } = asked;
    const scheme = await this.ping(signal);
    if (scheme.kind === 'none') return undefined;
    const { registry } = this;
    const credential = await this.keychain.find({ registry, path });
    if (credential?.kind === 'registryToken') {
      const token = credential.reveal();
      return { header: `Bearer ${token}`, secrets: [token] };
    }
    if (scheme.kind === 'bearer') {
      const { realm, service } = scheme;
      const fetched = this.tokens.get(scopes, () =>
        fetchToken(this.sender, { realm, service, scopes, credential }),
      );
      const token = await untilAborted(fetched, signal);
      return { header: `Bearer ${token}`, secrets: [token] };
    }
    if (credential === undefined) return undefined;
    if (credential.kind !== 'basic') {
      throw new OciError(
        'unauthorized',
        `${registry} wants user name and password, but the credential for it is an identity token`,
        { host: registry },
      );
    }
    return {
      header: basicHeader(credential),
      secrets: [credential.reveal(), encodeBasic(credential)],
    };
  }

  /**
   * Learns from a 401. Gives the scopes for one more attempt, or `undefined`
   * when that would be pointless: the registry asks for nothing we did not send.
   */
  async learn(
    response: RegistryResponse,
    sent: Authorization | undefined,
    scopes: readonly string[],
  ): Promise<readonly string[] | undefined> {
    if (response.url.origin !== this.origin.origin) return undefined;
    const challenges = readChallenges(response);
    const scheme = this.choose(challenges);
    const before = await this.scheme;
    if (scheme.kind === 'none') return undefined;
    this.scheme = Promise.resolve(scheme);
    if (scheme.kind === 'basic') {
      return before?.kind === 'basic' ? undefined : scopes;
    }
    if (sent) this.tokens.drop(scopes, sent.secrets[0]);
    const wanted = challenges
      .flatMap(({ parameters }) => parameters.scope?.split(' ') ?? [])
      .filter(scope => /^[!-~]{1,512}$/.test(scope));
    return [...new Set([...scopes, ...wanted.slice(0, 4)])];
  }

  /** What the registry asks for. Remembered; a failure is not. */
  ping(signal: AbortSignal | undefined): Promise<AuthScheme> {
    if (!this.scheme) {
      const asked = this.askScheme();
      this.scheme = asked;
      asked.catch(() => {
        if (this.scheme === asked) this.scheme = undefined;
      });
    }
    return untilAborted(this.scheme, signal);
  }

  private async askScheme(): Promise<AuthScheme> {
    const url = new URL('/v2/', this.origin);
    const response = await this.sender.send(
      { method: 'GET', url, headers: {} },
      undefined,
    );
    await response.discard();
    const { status } = response;
    if (status >= 500 || status === 429) {
      throw new OciError(
        status === 429 ? 'rateLimited' : 'registryFault',
        `${this.registry} answered ${status} to /v2/`,
        { status, host: this.registry, retryable: true },
      );
    }
    const isOurs = response.url.origin === this.origin.origin;
    return status === 401 && isOurs
      ? this.choose(readChallenges(response))
      : { kind: 'none' };
  }

  private choose(challenges: readonly Challenge[]): AuthScheme {
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer?.parameters.realm) {
      const { realm, service } = bearer.parameters;
      const url = this.sender.hosts.resolve(realm, this.origin, 'token realm');
      return { kind: 'bearer', realm: url, service };
    }
    return challenges.some(({ scheme }) => scheme === 'basic')
      ? { kind: 'basic' }
      : { kind: 'none' };
  }
}

function readChallenges(response: RegistryResponse): Challenge[] {
  return parseChallenges(response.headerValues('www-authenticate'));
}
