import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { BuilderError } from '../errors/BuilderError';
import { withoutUserInfo } from './withoutUserInfo';

const MAX_REDIRECTS = 10;
const ATTEMPTS = 4;

/** A file as a server gives it. */
export interface FileAnswer {
  readonly body: Readable;
  readonly etag?: string;
  readonly lastModified?: string;
}

/** Validators of what is kept. */
interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

let dispatcher: Dispatcher | undefined;

/**
 * Asks an http(s) address for a file. Redirects are followed, never from https to
 * http, nor to link-local addresses (machines' metadata services live there), and
 * a user name in the address goes to its own host only. Tries again what may pass.
 *
 * @returns `unchanged` where the server says that the validators still hold
 * @throws {@link BuilderError} `network`; its message holds no query or user info
 */
export async function requestFile(
  address: string,
  validators: Validators,
  signal: AbortSignal,
): Promise<FileAnswer | 'unchanged'> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await follow(address, validators, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const isOurs = error instanceof BuilderError;
      if (attempt === ATTEMPTS || (isOurs && !error.retryable)) {
        throw isOurs ? error : unreachable(address, error);
      }
      const delay = Math.random() * 200 * 2 ** attempt;
      await sleep(delay, undefined, { signal });
    }
  }
}

async function follow(
  address: string,
  validators: Validators,
  signal: AbortSignal,
): Promise<FileAnswer | 'unchanged'> {
  dispatcher ??= new EnvHttpProxyAgent();
  const start = check(new URL(address), address);
  const authorization = basicAuthorization(start);
  let at = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const answer = await request(withoutCredentials(at), {
      dispatcher,
      signal,
      headers: {
        'user-agent': 'buildog-builder',
        'accept-encoding': 'identity',
        ...(validators.etag && { 'if-none-match': validators.etag }),
        ...(validators.lastModified && {
          'if-modified-since': validators.lastModified,
        }),
        ...(authorization && at.host === start.host && { authorization }),
      },
    });
    const { statusCode: status, headers, body } = answer;
    if (status === 200) {
      return {
        body,
        etag: one(headers.etag),
        lastModified: one(headers['last-modified']),
      };
    }
    await body.dump({ limit: 65_536 }).catch(() => undefined);
    if (status === 304) return 'unchanged';
    const location = one(headers.location);
    if (status < 300 || status >= 400 || location === undefined) {
      throw refused(address, status);
    }
    const next = check(new URL(location, at), address);
    if (at.protocol === 'https:' && next.protocol === 'http:') {
      throw notFollowed(address, next, 'leads from https to http');
    }
    at = next;
  }
  throw new BuilderError(
    'network',
    `${withoutUserInfo(address)} redirects more than ${MAX_REDIRECTS} times`,
  );
}

function check(url: URL, address: string): URL {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw notFollowed(address, url, 'is neither http nor https');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isLinkLocal =
    isIP(host) !== 0 &&
    /^(169\.254\.|fe[89ab][0-9a-f]:|::ffff:a9fe:|fd00:ec2:)/i.test(host);
  if (isLinkLocal) {
    throw notFollowed(address, url, 'is a link-local address');
  }
  return url;
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(
    password,
  )}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function withoutCredentials(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  plain.hash = '';
  return plain;
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function refused(address: string, status: number): BuilderError {
  const retryable = status >= 500 || status === 429;
  return new BuilderError(
    'network',
    `${withoutUserInfo(address)} was answered with ${status}${
      status === 404 ? ': there is no such file' : ''
    }`,
    { retryable },
  );
}

function notFollowed(address: string, to: URL, why: string): BuilderError {
  return new BuilderError(
    'network',
    `${withoutUserInfo(address)} is not fetched: ${to.protocol}//${
      to.host
    } ${why}`,
  );
}

function unreachable(address: string, cause: unknown): BuilderError {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return new BuilderError(
    'network',
    `${withoutUserInfo(address)} can not be reached${code ? ` (${code})` : ''}`,
    { cause, retryable: true },
  );
}
