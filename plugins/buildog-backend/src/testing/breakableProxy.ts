import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP relay on loopback whose connections a test can break. */
export interface BreakableProxy {
  port: number;
  /** Resets every open connection. */
  break(): void;
  /** Resets and refuses connections until `mend`. */
  cut(): void;
  mend(): void;
  stop(): Promise<void>;
}

/** Relays to `host:port`. */
export async function startBreakableProxy(
  host: string,
  port: number,
): Promise<BreakableProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer(near => {
    if (isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(port, host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const breakAll = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    break: breakAll,
    cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
    },
    async stop() {
      breakAll();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
