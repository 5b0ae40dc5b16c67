import { z } from 'zod';
import { errorFromResponse } from '../errors/errorFromResponse';
import { OciError } from '../errors/OciError';
import { HttpSender } from '../transport/HttpSender';
import { Credential } from './Credential';

const MAX_TOKEN_BODY = 1024 * 1024;
/** What the token specification says when a server does not. */
const DEFAULT_LIFETIME_S = 60;

const tokenSchema = z.object({
  // Visible ASCII only: the token becomes a header.
  token: z
    .string()
    .regex(/^[!-~]+$/)
    .optional(),
  access_token: z
    .string()
    .regex(/^[!-~]+$/)
    .optional(),
  expires_in: z.number().positive().max(31_536_000).optional(),
});

/** What a token server is asked. */
export interface TokenRequest {
  /** Already checked by `HostTable.resolve`. */
  readonly realm: URL;
  readonly service?: string;
  readonly scopes: readonly string[];
  readonly credential?: Credential;
  readonly signal?: AbortSignal;
}

/** A Bearer token and how long it holds. */
export interface Token {
  readonly value: string;
  /** Seconds from now. */
  readonly lifetimeS: number;
}

/**
 * Gets an access token (distribution's token authentication): by GET with Basic
 * auth or anonymously, by POST when the credential is an identity token.
 */
export async function fetchToken(
  sender: HttpSender,
  asked: TokenRequest,
): Promise<Token> {
  const { realm, credential, signal } = asked;
  const secrets = credential ? [credential.reveal()] : [];
  const response =
    credential?.kind === 'identityToken'
      ? await sender.send(
          {
            method: 'POST',
            url: realm,
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: Buffer.from(refreshForm(asked, credential).toString()),
            signal,
          },
          undefined,
        )
      : await sender.send(
          { method: 'GET', url: tokenUrl(asked), headers: {}, signal },
          credential && basicHeader(credential),
        );
  if (response.status !== 200) {
    throw await errorFromResponse(
      response,
      {
        action: `get a token for ${asked.scopes.join(' ') || 'login'}`,
        host: realm.host,
      },
      [...secrets, ...(credential ? [encodeBasic(credential)] : [])],
    );
  }
  const body = await response.bytes(MAX_TOKEN_BODY, 'a token');
  return readToken(body, realm.host);
}

/** `Authorization` header for Basic auth (RFC 7617, UTF-8). */
export function basicHeader(credential: Credential): string {
  return `Basic ${encodeBasic(credential)}`;
}

/** The part of a Basic header that is a secret. */
export function encodeBasic(credential: Credential): string {
  return Buffer.from(`${credential.username}:${credential.reveal()}`).toString(
    'base64',
  );
}

function tokenUrl(asked: TokenRequest): URL {
  const url = new URL(asked.realm);
  if (asked.service !== undefined) {
    url.searchParams.set('service', asked.service);
  }
  for (const scope of asked.scopes) url.searchParams.append('scope', scope);
  return url;
}

function refreshForm(
  asked: TokenRequest,
  credential: Credential,
): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: 'buildog-oci',
    service: asked.service ?? asked.realm.host,
    scope: asked.scopes.join(' '),
    refresh_token: credential.reveal(),
  });
}

function readToken(body: Buffer, host: string): Token {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    json = undefined;
  }
  const parsed = tokenSchema.safeParse(json);
  const value = parsed.data?.token ?? parsed.data?.access_token;
  if (!parsed.success || value === undefined) {
    // Without a cause: it could quote the token.
    throw new OciError(
      'registryFault',
      `the token server ${host} answered without a usable token`,
      { host },
    );
  }
  return { value, lifetimeS: parsed.data.expires_in ?? DEFAULT_LIFETIME_S };
}
