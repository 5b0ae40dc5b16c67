import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import { dial, dialThrough } from './dial';
import type { FetchEntry, FetchLog } from './FetchLog';
import {
  findDestination,
  type Destination,
  type DestinationRules,
} from './findDestination';
import type { FindUpstream, UpstreamProxy } from './upstreamProxy';

/** What a {@link ForwardProxy} goes by. */
export interface ForwardProxyOptions {
  readonly rules: Omit<DestinationRules, 'byName'>;
  /** The proxy this machine itself uses, if it does. */
  readonly upstream: FindUpstream;
  readonly log: FetchLog;
}

/** Connections a step may have open at once. */
const maximumConnections = 256;

/** A connection on which nothing happens is closed after this time. */
const idleMs = 10 * 60_000;

/** Headers that are between a client and its proxy only (RFC 9110, section 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);

/**
 * The way out of a step's network: an HTTP proxy (RFC 9110: CONNECT and absolute
 * targets) that leads to the public internet and to what an administrator
 * allowed, and notes what was asked for. One for each step; the connections are
 * given to it.
 */
export class ForwardProxy {
  private readonly server: Server;
  private readonly open = new Set<Duplex>();

  constructor(private readonly options: ForwardProxyOptions) {
    this.server = createServer({ keepAliveTimeout: 5_000 });
    this.server.on('request', (request, response) => {
      this.fetch(request, response).catch(() => response.destroy());
    });
    this.server.on('connect', (request, socket: Duplex, head: Buffer) => {
      this.tunnel(request, socket, head).catch(() => socket.destroy());
    });
    this.server.on('upgrade', (_request, socket: Duplex) => {
      socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\n\r\n');
    });
    this.server.on('clientError', (_error, socket: Duplex) => socket.destroy());
  }

  /** Serves a connection of the step. */
  accept(socket: Socket): void {
    if (this.open.size >= maximumConnections) {
      socket.destroy();
      return;
    }
    this.watch(socket);
    this.server.emit('connection', socket);
  }

  /** Ends all connections. Idempotent. */
  close(): void {
    for (const socket of this.open) socket.destroy();
    this.server.close();
  }

  private async tunnel(
    request: IncomingMessage,
    client: Duplex,
    head: Buffer,
  ): Promise<void> {
    this.watch(client);
    const target = parseAuthority(request.url ?? '');
    if (!target) {
      client.end(answer(400, 'CONNECT needs host:port'));
      return;
    }
    const { host, port } = target;
    const upstream = this.options.upstream(host, port);
    const found = await this.find(host, upstream);
    const entry = this.options.log.add(
      'CONNECT',
      `${host}:${port}`,
      found.allowed,
    );
    if (!found.allowed) {
      client.end(answer(403, found.reason));
      return;
    }
    let server: Socket;
    try {
      server = upstream
        ? await dialThrough(upstream, host, port)
        : await dial(found.addresses, port);
    } catch {
      client.end(answer(502, `${host}:${port} does not answer`));
      return;
    }
    this.watch(server);
    count(server, entry);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) server.write(head);
    pipeline(client, server, () => client.destroy());
    pipeline(server, client, () => server.destroy());
  }

  private async fetch(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = parseTarget(request.url ?? '');
    if (!url) {
      refuse(response, 400, 'this is a proxy: it needs an http:// address');
      return;
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = url.port === '' ? 80 : Number(url.port);
    const upstream = this.options.upstream(host, port);
    const found = await this.find(host, upstream);
    const method = request.method ?? 'GET';
    const entry = this.options.log.add(method, url.href, found.allowed);
    if (!found.allowed) {
      refuse(response, 403, found.reason);
      return;
    }
    let socket: Socket;
    try {
      socket = upstream
        ? await dial([upstream.host], upstream.port)
        : await dial(found.addresses, port);
    } catch {
      refuse(response, 502, `${url.host} does not answer`);
      return;
    }
    this.watch(socket);
    count(socket, entry);
    const outgoing = httpRequest({
      method,
      path: upstream ? url.href : `${url.pathname}${url.search}`,
      headers: forwarded(request, url, upstream),
      createConnection: () => socket,
    });
    outgoing.once('error', () => {
      if (response.headersSent) response.destroy();
      else refuse(response, 502, `${url.host} broke the connection`);
    });
    outgoing.once('response', incoming => {
      const headers = endToEnd(incoming.headers);
      response.writeHead(incoming.statusCode ?? 502, headers);
      pipeline(incoming, response, () => undefined);
    });
    response.once('close', () => outgoing.destroy());
    pipeline(request, outgoing, () => undefined);
  }

  private find(
    host: string,
    upstream: UpstreamProxy | undefined,
  ): Promise<Destination> {
    const byName = upstream !== undefined;
    return findDestination(host, { ...this.options.rules, byName });
  }

  private watch(socket: Duplex & { setTimeout?: Socket['setTimeout'] }): void {
    if (this.open.has(socket)) return;
    this.open.add(socket);
    socket.setTimeout?.(idleMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.open.delete(socket));
  }
}

function count(socket: Socket, entry: FetchEntry): void {
  let before = 0;
  const add = () => {
    entry.bytes += socket.bytesRead - before;
    before = socket.bytesRead;
  };
  socket.on('data', add);
  socket.once('close', add);
}

function parseAuthority(
  text: string,
): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/@]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65535) return undefined;
  return { host: match[1] ?? match[2], port };
}

function parseTarget(text: string): URL | undefined {
  if (!/^http:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url;
}

function forwarded(
  request: IncomingMessage,
  url: URL,
  upstream: UpstreamProxy | undefined,
): OutgoingHttpHeaders {
  return {
    ...endToEnd(request.headers),
    host: url.host,
    connection: 'close',
    ...(upstream?.authorization && {
      'proxy-authorization': upstream.authorization,
    }),
  };
}

/** Headers without those that belong to one connection, also those it names itself. */
function endToEnd(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  const named = String(headers.connection ?? '')
    .split(',')
    .map(name => name.trim().toLowerCase());
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !hopByHop.has(name) && !named.includes(name),
    ),
  );
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    connection: 'close',
  });
  response.end(`${explain(why)}\n`);
}

function answer(status: number, why: string): string {
  const body = `${explain(why)}\n`;
  return [
    `HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Failed'}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function explain(why: string): string {
  return `buildog: ${why.replace(/[^\x20-\x7e]/g, '?')}`;
}
