import { inspect } from 'node:util';

/**
 * How a credential is used.
 *
 * - `basic`: user name and password, for Basic auth or a token server.
 * - `identityToken`: an OAuth2 refresh token that a token server changes for
 *   access tokens (`identitytoken` of a docker config).
 * - `registryToken`: a Bearer token that is sent as it is (`registrytoken`).
 *
 * @public
 */
export type CredentialKind = 'basic' | 'identityToken' | 'registryToken';

/**
 * A credential for one registry host. Its secret can't be printed: JSON,
 * `util.inspect` and string conversion show the kind only.
 *
 * @public
 */
export class Credential {
  /** How it is used. */
  readonly kind: CredentialKind;
  /** Of a `basic` credential; otherwise empty. */
  readonly username: string;
  readonly #secret: string;

  private constructor(kind: CredentialKind, username: string, secret: string) {
    this.kind = kind;
    this.username = username;
    this.#secret = secret;
  }

  /** User name and password. */
  static basic(username: string, password: string): Credential {
    return new Credential('basic', username, password);
  }

  /** A refresh token for the registry's token server. */
  static identityToken(token: string): Credential {
    return new Credential('identityToken', '', token);
  }

  /** A Bearer token to be sent unchanged. */
  static registryToken(token: string): Credential {
    return new Credential('registryToken', '', token);
  }

  /** The password or token. Only for the code that writes a request. */
  reveal(): string {
    return this.#secret;
  }

  /** The kind, never the secret. */
  toString(): string {
    return `Credential(${this.kind})`;
  }

  /** The kind, never the secret. */
  toJSON(): { kind: CredentialKind } {
    return { kind: this.kind };
  }

  /** The kind, never the secret. */
  [inspect.custom](): string {
    return this.toString();
  }
}
