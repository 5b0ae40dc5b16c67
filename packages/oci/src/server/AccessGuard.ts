import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RegistryFault } from './RegistryFault';
import type { RegistryUser } from './RegistryOptions';

/** What a request wants to do. `ping` is `/v2/`. */
export type WantedAccess = 'ping' | 'pull' | 'push';

/** An empty user and password: what skopeo sends where it was told to send none. */
const NOBODY = 'Basic Og==';

/**
 * Decides who may do what, by HTTP Basic authentication.
 *
 * A ping without a user is refused even where everybody may pull: clients learn
 * from its answer which authentication to use, and would else never send theirs.
 */
export class AccessGuard {
  private readonly users: readonly {
    readonly hash: Buffer;
    readonly access: 'pull' | 'push';
  }[];

  constructor(
    credentials: readonly RegistryUser[],
    private readonly anonymousPull: boolean,
  ) {
    this.users = credentials.map(({ username, password, access = 'push' }) => ({
      hash: hashOf(`${username}:${password}`),
      access,
    }));
  }

  /** @throws RegistryFault 401 or 403 */
  check(request: IncomingMessage, wanted: WantedAccess): void {
    if (this.users.length === 0) return;
    const { authorization } = request.headers;
    if (authorization === undefined || authorization === NOBODY) {
      if (wanted === 'pull' && this.anonymousPull) return;
      throw unauthorized('authentication is required');
    }
    const user = this.find(authorization);
    if (!user) throw unauthorized('the user or password is wrong');
    if (wanted === 'push' && user.access !== 'push') {
      throw new RegistryFault(403, 'DENIED', 'this user may only pull');
    }
  }

  private find(authorization: string) {
    const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization)?.[1];
    if (encoded === undefined) return undefined;
    const hash = hashOf(Buffer.from(encoded, 'base64'));
    // All are compared, each in constant time: nothing tells how near a guess was.
    const matches = this.users.filter(user => timingSafeEqual(user.hash, hash));
    return matches[0];
  }
}

function unauthorized(message: string): RegistryFault {
  return new RegistryFault(401, 'UNAUTHORIZED', message, {
    'www-authenticate': 'Basic realm="Buildog registry", charset="UTF-8"',
  });
}

function hashOf(text: string | Buffer): Buffer {
  return createHash('sha256').update(text).digest();
}
