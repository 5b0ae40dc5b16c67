import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import {
  type Credential,
  parseBasicAuthorization,
  sameCredential,
} from './basicAuthorization.ts';
import { ports } from './ports.ts';

/*
 * The token server of the third registry, as the distribution specification has
 * it: clients ask for scopes (`repository:NAME:pull,push`), and get a signed
 * token that grants those of them the user may have. Anybody may pull `public/*`.
 *
 * Run as: node tokenServer.ts ADDRESS CONFIG_FILE
 */

export const tokenIssuer = 'buildog-test';
export const tokenService = 'token-registry';
export const tokenKeyId = 'registry-token';
const lifetime = 300; // seconds

/** Which repositories a user may push to and pull from: names, or prefixes that end in `*`. */
export type Rights = { push: string[]; pull: string[] };
/** A user of the token server. */
export type TokenUser = Rights & { password: string };
/** One entry of a token's `access` claim. */
export type Access = { type: string; name: string; actions: string[] };

const nobody: Rights = { push: [], pull: ['public/*'] };

/** What is granted of the scopes that were asked for. A scope of which nothing is granted is left out. */
export function grant(scopes: readonly string[], rights: Rights): Access[] {
  const granted: Access[] = [];
  for (const scope of scopes
    .flatMap(value => value.split(' '))
    .filter(Boolean)) {
    const parts = /^(\w+)(?:\([^)]*\))?:(.+):([a-z*,]*)$/.exec(scope);
    if (!parts || parts[1] !== 'repository') continue;
    const [, type, name, wanted] = parts;
    const may: Record<string, boolean> = {
      pull: covers(rights.pull, name) || covers(rights.push, name),
      push: covers(rights.push, name),
      delete: covers(rights.push, name),
    };
    const actions = wanted.split(',').filter(action => may[action]);
    if (actions.length > 0) granted.push({ type, name, actions });
  }
  return granted;
}

function covers(patterns: readonly string[], name: string): boolean {
  return patterns.some(pattern =>
    pattern.endsWith('*')
      ? name.startsWith(pattern.slice(0, -1))
      : pattern === name,
  );
}

/** A JSON web token signed with ES256. */
export function signToken(claims: object, privateKey: string | Buffer): string {
  const part = (value: object) =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ typ: 'JWT', alg: 'ES256', kid: tokenKeyId })}.${part(
    claims,
  )}`;
  const signature = sign('sha256', Buffer.from(text), {
    key: createPrivateKey(privateKey),
    dsaEncoding: 'ieee-p1363',
  });
  return `${text}.${signature.toString('base64url')}`;
}

type Settings = {
  certificate: string;
  key: string;
  signingKey: string;
  users: Record<string, TokenUser>;
};
type TokenRequest = {
  credential?: Credential;
  scopes: string[];
  service: string;
};

async function readTokenRequest(
  incoming: IncomingMessage,
): Promise<TokenRequest> {
  const url = new URL(incoming.url ?? '/', 'https://token');
  let parameters = url.searchParams;
  let credential = parseBasicAuthorization(incoming.headers.authorization);
  if (incoming.method === 'POST') {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    parameters = new URLSearchParams(body); // the OAuth2 form of the same question
    const username = parameters.get('username');
    if (username)
      credential = { username, password: parameters.get('password') ?? '' };
  }
  return {
    credential,
    scopes: [...parameters.getAll('scope')],
    service: parameters.get('service') ?? tokenService,
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  settings: Settings,
  signingKey: Buffer,
): Promise<void> {
  const json = (status: number, body: object) =>
    outgoing
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(body));
  if (!/^\/token(\?|$)/.test(incoming.url ?? ''))
    return void json(404, { error: 'not found' });
  const { credential, scopes, service } = await readTokenRequest(incoming);
  let rights = nobody;
  if (credential) {
    const user = Object.hasOwn(settings.users, credential.username)
      ? settings.users[credential.username]
      : undefined;
    if (
      !user ||
      !sameCredential(credential, {
        username: credential.username,
        password: user.password,
      })
    ) {
      return void json(401, {
        errors: [{ code: 'UNAUTHORIZED', message: 'wrong user or password' }],
      });
    }
    rights = { push: user.push, pull: [...user.pull, ...nobody.pull] };
  }
  const now = Math.floor(Date.now() / 1000);
  const token = signToken(
    {
      iss: tokenIssuer,
      sub: credential?.username ?? '',
      aud: service,
      ...{ iat: now, nbf: now - 5, exp: now + lifetime, jti: randomUUID() },
      access: grant(scopes, rights),
    },
    signingKey,
  );
  json(200, {
    token,
    access_token: token,
    expires_in: lifetime,
    issued_at: new Date(now * 1000).toISOString(),
  });
}

if (import.meta.main) {
  const [address, configFile] = process.argv.slice(2);
  const settings = JSON.parse(readFileSync(configFile, 'utf8')) as Settings;
  const signingKey = readFileSync(settings.signingKey);
  const tls = {
    cert: readFileSync(settings.certificate),
    key: readFileSync(settings.key),
  };
  createServer(tls, (incoming, outgoing) => {
    answer(incoming, outgoing, settings, signingKey).catch(() =>
      outgoing.destroy(),
    );
  }).listen(ports.tokenRealm, address);
}
