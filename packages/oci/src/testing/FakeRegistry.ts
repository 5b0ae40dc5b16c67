import { createHash } from 'node:crypto';
import {
  createServer,
  IncomingHttpHeaders,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { AddressInfo } from 'node:net';

/** What the fake was asked, body included. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer, or what is done instead of one. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string | undefined>;
  readonly body?: Buffer | string;
  /** Hang up after this many bytes of the body; `-1`: without any answer. */
  readonly hangUpAfter?: number;
}

/** Answers some requests in its own way; `undefined` leaves it to the fake. */
export type Misbehaviour = (
  request: SeenRequest,
) => FakeAnswer | undefined | Promise<FakeAnswer | undefined>;

/**
 * A small registry in this process, for what real registries can't be made to
 * do: storms of 429, lies about digests, redirects, truncated bodies. Anything a
 * real one does is tested against real ones.
 */
export class FakeRegistry {
  readonly requests: SeenRequest[] = [];
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, { type: string; bytes: Buffer }>();
  private readonly uploads = new Map<string, Buffer>();
  private nextUpload = 1;
  misbehave: Misbehaviour = () => undefined;

  private constructor(readonly server: Server, readonly scheme: string) {}

  static async start(tls?: {
    key: string;
    cert: string;
  }): Promise<FakeRegistry> {
    const server = tls ? createTlsServer(tls) : createServer();
    const fake = new FakeRegistry(server, tls ? 'https' : 'http');
    server.on('request', (request, response) => {
      fake.handle(request, response).catch(() => response.destroy());
    });
    await new Promise<void>(resolve =>
      server.listen(0, '127.0.0.1', () => resolve()),
    );
    return fake;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `127.0.0.1:port`. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `${this.scheme}://${this.host}`;
  }

  /** `METHOD /path` of all requests, without queries. */
  get log(): string[] {
    return this.requests.map(
      ({ method, url }) => `${method} ${url.split('?')[0]}`,
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private async handle(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const request: SeenRequest = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    };
    this.requests.push(request);
    const answer = (await this.misbehave(request)) ?? this.behave(request);
    const body = Buffer.from(answer.body ?? '');
    const headers = Object.fromEntries(
      Object.entries(answer.headers ?? {}).filter(([, value]) => value),
    );
    if (answer.hangUpAfter === -1) {
      incoming.socket.destroy();
      return;
    }
    if (answer.hangUpAfter !== undefined) {
      outgoing.writeHead(answer.status ?? 200, {
        'content-length': body.length,
        ...headers,
      });
      outgoing.write(body.subarray(0, answer.hangUpAfter), () =>
        setImmediate(() => incoming.socket.destroy()),
      );
      return;
    }
    outgoing.writeHead(answer.status ?? 200, headers);
    outgoing.end(request.method === 'HEAD' ? undefined : body);
  }

  private behave({ method, url, headers, body }: SeenRequest): FakeAnswer {
    const { pathname, searchParams } = new URL(url, this.url);
    if (pathname === '/v2/') return { status: 200 };
    const [, kind, rest] =
      /^\/v2\/.+?\/(manifests|blobs\/uploads|blobs)\/(.*)$/.exec(pathname) ??
      [];
    if (kind === 'manifests') return this.manifest(method, rest, headers, body);
    if (kind === 'blobs') return this.blob(method, rest, headers);
    if (kind === 'blobs/uploads') {
      return this.upload(method, pathname, rest, searchParams, body);
    }
    return { status: 404 };
  }

  private manifest(
    method: string,
    target: string,
    headers: IncomingHttpHeaders,
    body: Buffer,
  ): FakeAnswer {
    if (method === 'PUT') {
      const type = headers['content-type'] ?? '';
      const stored = { type, bytes: body };
      this.manifests.set(target, stored);
      this.manifests.set(digestOf(body), stored);
      return {
        status: 201,
        headers: { 'docker-content-digest': digestOf(body) },
      };
    }
    const found = this.manifests.get(target);
    if (!found) return { status: 404 };
    return {
      headers: {
        'content-type': found.type,
        'content-length': String(found.bytes.length),
        'docker-content-digest': digestOf(found.bytes),
      },
      body: found.bytes,
    };
  }

  private blob(
    method: string,
    digest: string,
    headers: IncomingHttpHeaders,
  ): FakeAnswer {
    const bytes = this.blobs.get(digest);
    if (!bytes) return { status: 404 };
    const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
    const part = bytes.subarray(Number(from ?? 0));
    return {
      status: from ? 206 : 200,
      headers: {
        'content-length': String(part.length),
        ...(from && {
          'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
        }),
      },
      body: method === 'HEAD' ? '' : part,
    };
  }

  private upload(
    method: string,
    path: string,
    id: string,
    query: URLSearchParams,
    body: Buffer,
  ): FakeAnswer {
    if (method === 'POST') {
      const upload = `u${this.nextUpload++}`;
      this.uploads.set(upload, Buffer.alloc(0));
      return { status: 202, headers: { location: `${path}${upload}` } };
    }
    const before = this.uploads.get(id);
    if (!before) return { status: 404 };
    if (method === 'DELETE') {
      this.uploads.delete(id);
      return { status: 204 };
    }
    const all = Buffer.concat([before, body]);
    this.uploads.set(id, all);
    if (method === 'PUT') {
      const digest = query.get('digest') ?? '';
      if (digestOf(all) !== digest) {
        return {
          status: 400,
          body: '{"errors":[{"code":"DIGEST_INVALID","message":"no"}]}',
        };
      }
      this.blobs.set(digest, all);
      this.uploads.delete(id);
      return { status: 201, headers: { 'docker-content-digest': digest } };
    }
    return {
      status: method === 'GET' ? 204 : 202,
      headers: {
        location: path,
        range: `0-${Math.max(all.length - 1, 0)}`,
      },
    };
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
