import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './ApiError';
import { codeOf, isNamed, messageOf } from './errorFacts';
import type { ClusterConnection } from './ClusterConnection';

/** One request. */
export interface ApiRequest {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Below the server's URL, already encoded. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 30_000;
/** A 429 that asks for no longer than this is waited for here, twice. */
const PATIENCE_MS = 1_000;
const USER_AGENT = 'buildog';

/** The connection was an old one and broke before an answer came. */
class StaleConnection extends Error {}

/**
 * A cluster's REST API: JSON in, JSON out. No rate limit of its own: the API
 * server's priority and fairness decides, and its 429 is obeyed.
 *
 * Errors are {@link ApiError}, or the signal's reason.
 */
export class KubernetesClient {
  constructor(private readonly connection: ClusterConnection) {}

  /** One answer, parsed. */
  async request<T>(request: ApiRequest): Promise<T> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const signal = request.signal
      ? AbortSignal.any([request.signal, timeout])
      : timeout;
    for (let tries = 0; ; tries++) {
      try {
        const response = await this.open({ ...request, signal });
        const text = await readText(response);
        return JSON.parse(text) as T;
      } catch (error) {
        request.signal?.throwIfAborted();
        const wait = waitFor(error);
        if (wait === undefined || tries >= 2) throw asApiError(error);
        await sleep(wait, undefined, { signal: request.signal });
      }
    }
  }

  /**
   * The body of a 200 as it comes: watches and logs. Aborting the signal ends
   * it; there is no timeout.
   */
  async stream(request: ApiRequest): Promise<IncomingMessage> {
    try {
      return await this.open(request);
    } catch (error) {
      request.signal?.throwIfAborted();
      throw asApiError(error);
    }
  }

  close(): void {
    this.connection.close();
  }

  private async open(request: ApiRequest): Promise<IncomingMessage> {
    let response = await this.send(request, false);
    if (response.statusCode === 401) {
      response.resume();
      response = await this.send(request, true);
    }
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw ApiError.fromResponse(
      status,
      await readText(response),
      response.headers['retry-after'],
    );
  }

  private async send(
    request: ApiRequest,
    renew: boolean,
  ): Promise<IncomingMessage> {
    const { headers, agent } = await this.connection.options(renew);
    try {
      return await exchange(this.urlOf(request), request, headers, agent);
    } catch (error) {
      // A kept connection may have been closed by the server meanwhile. All
      // our requests may be repeated: creates answer 409 the second time.
      if (error instanceof StaleConnection) {
        return exchange(this.urlOf(request), request, headers, agent);
      }
      throw error;
    }
  }

  private urlOf(request: ApiRequest): URL {
    const { server } = this.connection;
    const url = new URL(
      server.pathname.replace(/\/$/, '') + request.path,
      server,
    );
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }
}

function exchange(
  url: URL,
  request: ApiRequest,
  headers: Record<string, string>,
  agent: http.Agent,
): Promise<IncomingMessage> {
  const body =
    request.body === undefined ? undefined : JSON.stringify(request.body);
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'http:' ? http : https).request(url, {
      method: request.method ?? 'GET',
      agent,
      signal: request.signal,
      headers: {
        accept: 'application/json',
        'user-agent': USER_AGENT,
        ...(body !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
        ...headers,
      },
    });
    outgoing.on('response', resolve);
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        outgoing.reusedSocket && error.code === 'ECONNRESET'
          ? new StaleConnection(error.message, { cause: error })
          : error,
      ),
    );
    outgoing.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function waitFor(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || error.status !== 429) return undefined;
  const wait = error.retryAfterMs ?? PATIENCE_MS;
  return wait <= PATIENCE_MS ? wait : undefined;
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const code = codeOf(error);
  const message = isNamed(error, 'TimeoutError')
    ? `no answer within ${TIMEOUT_MS / 1000} seconds`
    : messageOf(error);
  return new ApiError(
    0,
    `the API server cannot be reached: ${message}${code ? ` (${code})` : ''}`,
    {
      cause: error,
    },
  );
}
