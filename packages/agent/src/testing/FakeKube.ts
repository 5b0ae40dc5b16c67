import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

interface Container {
  state: 'waiting' | 'running' | 'terminated';
  /** The kubelet's current file. */
  file: Buffer;
  followers: Set<ServerResponse>;
}

/**
 * The two requests of the API server that the sidecar makes, for one pod, as
 * the kubelet answers them: a log starts at the beginning of the current
 * file, follows while the container runs, and is a 400 before it starts.
 */
export class FakeKube {
  readonly #containers = new Map<string, Container>();
  readonly #server: Server;
  readonly requests: string[] = [];
  phase = 'Running';
  /** Answers this status to everything. */
  status: number | undefined;
  gone = false;

  private constructor() {
    this.#server = createServer((request, response) =>
      this.#answer(request, response),
    );
  }

  static async start(...containers: string[]): Promise<FakeKube> {
    const kube = new FakeKube();
    for (const name of containers) {
      kube.#containers.set(name, {
        state: 'waiting',
        file: Buffer.alloc(0),
        followers: new Set(),
      });
    }
    await new Promise<void>(resolve => {
      kube.#server.listen(0, '127.0.0.1', resolve);
    });
    return kube;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  run(name: string): void {
    this.#of(name).state = 'running';
  }

  write(name: string, bytes: string | Buffer): void {
    const container = this.#of(name);
    container.file = Buffer.concat([container.file, Buffer.from(bytes)]);
    for (const follower of container.followers) {
      if (Buffer.from(bytes).length > 0) follower.write(bytes);
    }
  }

  end(name: string): void {
    const container = this.#of(name);
    container.state = 'terminated';
    container.followers.forEach(follower => follower.end());
    container.followers.clear();
  }

  /** The kubelet starts a new file; what was in the old one can't be had. */
  rotate(name: string): void {
    this.#of(name).file = Buffer.alloc(0);
  }

  /** Ends all streams as a stopping API server does: as if they were over. */
  cutStreams({ cleanly }: { cleanly: boolean }): void {
    for (const { followers } of this.#containers.values()) {
      for (const follower of followers) {
        if (cleanly) follower.end();
        else follower.destroy();
      }
      followers.clear();
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  #of(name: string): Container {
    const container = this.#containers.get(name);
    if (!container) throw new Error(name);
    return container;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', this.url);
    this.requests.push(`${request.headers.authorization} ${url.pathname}`);
    if (this.status || this.gone) {
      response.writeHead(this.status ?? 404).end('{}');
      return;
    }
    if (!url.pathname.endsWith('/log')) {
      response.end(JSON.stringify(this.#pod()));
      return;
    }
    const container = this.#of(url.searchParams.get('container') ?? '');
    if (container.state === 'waiting') {
      response.writeHead(400).end('{"message":"is waiting to start"}');
      return;
    }
    response.flushHeaders();
    if (container.file.length > 0) response.write(container.file);
    if (
      container.state === 'terminated' ||
      url.searchParams.get('follow') !== 'true'
    ) {
      response.end();
      return;
    }
    container.followers.add(response);
    response.on('close', () => container.followers.delete(response));
  }

  #pod() {
    const containerStatuses = [...this.#containers].map(
      ([name, { state }]) => ({ name, state: { [state]: {} } }),
    );
    return { status: { phase: this.phase, containerStatuses } };
  }
}
