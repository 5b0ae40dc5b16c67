import { AddressInfo, connect, createServer, Server, Socket } from 'node:net';

/**
 * A TCP relay before a registry that breaks connections: the first one that
 * carried `cutAfter` bytes towards the registry is cut, once.
 */
export class CuttingProxy {
  /** Bytes that reached the registry, of all connections together. */
  forwarded = 0;
  cuts = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(
    target: { host: string; port: number },
    cutAfter: number,
  ): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server);
    server.on('connection', client => {
      const registry = connect(target);
      for (const socket of [client, registry]) {
        proxy.sockets.add(socket);
        socket.on('close', () => proxy.sockets.delete(socket));
        socket.on('error', () => {});
      }
      let carried = 0;
      registry.pipe(client);
      client.on('data', chunk => {
        carried += chunk.length;
        proxy.forwarded += chunk.length;
        const flushed = registry.write(chunk);
        if (!flushed) {
          client.pause();
          registry.once('drain', () => client.resume());
        }
        if (carried >= cutAfter && proxy.cuts === 0) {
          proxy.cuts += 1;
          client.destroy();
          // What was sent still arrives.
          registry.end();
        }
      });
      client.on('close', () => registry.end());
      registry.on('close', () => client.destroy());
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
    this.sockets.forEach(socket => socket.destroy());
    await new Promise(resolve => this.server.close(resolve));
  }
}
