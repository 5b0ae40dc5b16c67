import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What goes wrong with the next request. */
export type Fault =
  /** The connection ends before anything is stored. */
  | 'refuse'
  /** It is stored, but the answer is lost. */
  | 'forget'
  /** A part of it is stored. */
  | 'half'
  | 503
  | 429;

/** The controller's side of the ingest protocol, with faults on demand. */
export class FakeIngest {
  readonly logs = new Map<string, Buffer>();
  readonly completed = new Map<string, 'whole' | 'truncated'>();
  readonly heartbeats: unknown[] = [];
  readonly faults: Fault[] = [];
  readonly authorizations = new Set<string | undefined>();
  /** Bytes of one log after which it wants no more. */
  cap = Infinity;
  /** Answers this to everything, with this body. */
  fixed: [number, string] | undefined;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<FakeIngest> {
    const ingest = new FakeIngest();
    await new Promise<void>(resolve => {
      ingest.#server.listen(0, '127.0.0.1', resolve);
    });
    return ingest;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/ingest`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  text(container: string): string {
    return (this.logs.get(container) ?? Buffer.alloc(0)).toString();
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    const body = await buffer(request);
    this.authorizations.add(request.headers.authorization);
    const name = url.pathname.split('/').at(-1) ?? '';
    const reply = (status: number, value: unknown) =>
      response.writeHead(status).end(JSON.stringify(value));
    if (name === 'heartbeat') {
      this.heartbeats.push(JSON.parse(body.toString()));
      response.writeHead(204).end();
      return;
    }
    if (this.fixed) {
      response.writeHead(this.fixed[0]).end(this.fixed[1]);
      return;
    }
    const fault = this.faults.shift();
    if (fault === 'refuse') {
      response.destroy();
      return;
    }
    if (typeof fault === 'number') {
      reply(fault, {});
      return;
    }
    const stored = this.logs.get(name) ?? Buffer.alloc(0);
    const offset = Number(url.searchParams.get('offset'));
    if (offset !== stored.length) {
      reply(409, { next: stored.length });
      return;
    }
    if (stored.length + body.length > this.cap) {
      reply(413, { next: stored.length, full: true });
      return;
    }
    const part =
      fault === 'half' ? body.subarray(0, Math.ceil(body.length / 2)) : body;
    const log = Buffer.concat([stored, part]);
    this.logs.set(name, log);
    if (url.searchParams.get('complete') === 'true') {
      const truncated = url.searchParams.get('truncated') === 'true';
      this.completed.set(name, truncated ? 'truncated' : 'whole');
    }
    if (fault === 'forget') response.destroy();
    else reply(200, { next: log.length });
  }
}
