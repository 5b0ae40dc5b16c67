import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { openConnection } from '../client/ClusterConnection';
import { KubernetesClient } from '../client/KubernetesClient';

/** A request as it came. */
export interface SeenRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  body: unknown;
  authorization?: string;
}

/** Answers a request; what it returns is sent as JSON with 200. */
export type Handler = (
  request: SeenRequest,
  response: ServerResponse,
) => unknown;

/**
 * An API server that says what a test tells it to, on loopback. For what the
 * real one does not do on demand: break, be slow, be silent.
 */
export class FakeApiServer {
  readonly requests: SeenRequest[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer(async (incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const request = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      body: text ? JSON.parse(text) : undefined,
      authorization: incoming.headers.authorization,
    };
    this.requests.push(request);
    const answer = await this.handler(request, response);
    if (!response.headersSent && !response.destroyed && answer !== undefined) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    }
  });

  constructor(public handler: Handler) {}

  async start(port = 0): Promise<this> {
    this.server.on('connection', socket => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>(resolve =>
      this.server.listen(port, '127.0.0.1', resolve),
    );
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.sockets.size;
  }

  /** Breaks every connection, as a crash would. */
  breakConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.breakConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  async client(): Promise<KubernetesClient> {
    return new KubernetesClient(
      await openConnection({ type: 'token', url: this.url, token: 'secret-t' }),
    );
  }
}

/** Refuses as an API server does. */
export function refuse(
  response: ServerResponse,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(
    JSON.stringify({ kind: 'Status', status: 'Failure', code, message }),
  );
}
