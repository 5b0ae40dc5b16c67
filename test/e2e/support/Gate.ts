import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A door that a build waits at: its `RUN` asks `/NAME` until the answer is
 * 200, and a test opens it only after the page shows that the build waits.
 * Each name is a door of its own, closed at first.
 */
export class Gate {
  readonly #server: Server;
  readonly #open = new Set<string>();
  readonly #asked = new Set<string>();

  private constructor() {
    this.#server = createServer((request, response) => {
      const name = (request.url ?? '/').slice(1);
      this.#asked.add(name);
      response.writeHead(this.#open.has(name) ? 200 : 503);
      response.end(this.#open.has(name) ? 'open\n' : 'closed\n');
    });
  }

  /** Listens on 127.0.0.1 at `port`. */
  static async listen(port: number): Promise<Gate> {
    const gate = new Gate();
    await new Promise<void>((resolve, reject) => {
      gate.#server.once('error', reject);
      gate.#server.listen(port, '127.0.0.1', resolve);
    });
    return gate;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** True once a build stood at that door. */
  wasAsked(name: string): boolean {
    return this.#asked.has(name);
  }

  open(name: string): void {
    this.#open.add(name);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}
