import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * A registry in memory, for what `publish` reports. What a registry really
 * does is tested against real ones, by the contract test and `@buildog/oci`.
 */
export class MemoryRegistry {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, Buffer>();
  readonly requests: string[] = [];
  /** `user:password` that every request must have. */
  credential: string | undefined;
  /** Answers uploads with this status, or not at all (`hang`). */
  fault: number | 'hang' | undefined;
  readonly #uploads: Buffer[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<MemoryRegistry> {
    const registry = new MemoryRegistry();
    await new Promise<void>(resolve => {
      registry.#server.listen(0, '127.0.0.1', resolve);
    });
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = '', headers } = request;
    const url = new URL(request.url ?? '', `http://${this.host}`);
    const body = await buffer(request);
    this.requests.push(`${method} ${url.pathname}`);
    const basic =
      this.credential &&
      `Basic ${Buffer.from(this.credential).toString('base64')}`;
    if (basic && headers.authorization !== basic) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
      return;
    }
    if (this.fault === 'hang') return;
    if (this.fault && method !== 'GET' && method !== 'HEAD') {
      response.writeHead(this.fault, { 'retry-after': '3600' }).end('{}');
      return;
    }
    const [, name, kind, last] =
      /^\/v2\/(?:(.+)\/(blobs|manifests)\/(.*))?$/.exec(url.pathname) ?? [];
    const upload = Number(url.pathname.split('/').at(-1));
    if (method === 'POST') {
      this.#uploads.push(Buffer.alloc(0));
      const location = `/v2/${name}/blobs/uploads/${this.#uploads.length - 1}`;
      response.writeHead(202, { location }).end();
    } else if (method === 'PATCH') {
      this.#uploads[upload] = body;
      response.writeHead(202, { location: url.pathname }).end();
    } else if (method === 'PUT') {
      const content = kind === 'blobs' ? this.#uploads[upload] : body;
      const hex = createHash('sha256').update(content).digest('hex');
      const digest = `sha256:${hex}`;
      (kind === 'blobs' ? this.blobs : this.manifests).set(digest, content);
      response.writeHead(201, { 'docker-content-digest': digest }).end();
    } else if (kind === undefined) {
      response.end('{}');
    } else {
      const found = (kind === 'blobs' ? this.blobs : this.manifests).get(last);
      if (found) response.setHeader('content-length', found.length);
      response.writeHead(found ? 200 : 404).end();
    }
  }
}
