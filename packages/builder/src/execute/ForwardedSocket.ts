import { chmod, chown, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Connections a step may have open at once. */
const maximumConnections = 64;

/**
 * A socket for a step that leads to one of this machine (an ssh agent), with an
 * owner and a mode of its own: the machine's socket stays as it is.
 */
export class ForwardedSocket {
  private readonly open = new Set<Socket>();

  private constructor(private readonly server: Server, readonly path: string) {}

  /** Listens at `path` and connects to `source` for each connection. */
  static async listen(
    path: string,
    source: string,
    owner: {
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    },
  ): Promise<ForwardedSocket> {
    const server = createServer({ allowHalfOpen: true });
    server.maxConnections = maximumConnections;
    const forwarded = new ForwardedSocket(server, path);
    server.on('connection', near => {
      const far = connect({ path: source, allowHalfOpen: true });
      forwarded.join(near, far);
      forwarded.join(far, near);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    await chown(path, owner.uid, owner.gid);
    await chmod(path, owner.mode);
    return forwarded;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise<void>(resolve => {
      this.server.close(() => resolve());
    });
    await rm(this.path, { force: true });
  }

  private join(from: Socket, to: Socket): void {
    this.open.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.open.delete(from);
      to.destroySoon();
    });
    from.pipe(to);
  }
}
