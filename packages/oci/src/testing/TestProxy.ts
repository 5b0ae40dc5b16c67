import { createServer, request, Server } from 'node:http';
import { AddressInfo, connect } from 'node:net';

/**
 * An HTTP proxy that leads every host to one port of this machine, tunnelled
 * (CONNECT) or not, and may want a credential.
 */
export class TestProxy {
  /** `CONNECT host:port` and `METHOD http://host/path`, as they came. */
  readonly seen: string[] = [];
  wantsAuthorization: string | undefined;

  private constructor(private readonly server: Server) {}

  static async start(targetPort: number): Promise<TestProxy> {
    const server = createServer();
    const proxy = new TestProxy(server);
    const isAllowed = (authorization: string | undefined) =>
      authorization === proxy.wantsAuthorization;
    server.on('connect', (incoming, client) => {
      proxy.seen.push(`CONNECT ${incoming.url}`);
      client.on('error', () => {});
      if (!isAllowed(incoming.headers['proxy-authorization'])) {
        client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const target = connect(targetPort, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(client).pipe(target);
      });
      target.on('error', () => client.destroy());
    });
    server.on('request', (incoming, outgoing) => {
      proxy.seen.push(`${incoming.method} ${incoming.url}`);
      const { 'proxy-authorization': authorization, ...headers } =
        incoming.headers;
      if (!isAllowed(authorization)) {
        outgoing.writeHead(407).end();
        return;
      }
      const { pathname, search } = new URL(incoming.url ?? '');
      const target = request(
        {
          port: targetPort,
          host: '127.0.0.1',
          method: incoming.method,
          path: pathname + search,
          headers,
        },
        response => {
          outgoing.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(outgoing);
        },
      );
      incoming.pipe(target);
    });
    await new Promise<void>(resolve =>
      server.listen(0, '127.0.0.1', () => resolve()),
    );
    return proxy;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
