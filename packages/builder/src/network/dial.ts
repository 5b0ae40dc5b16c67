import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { UpstreamProxy } from './upstreamProxy';

/** How long one address is given to answer. */
const connectTimeoutMs = 15_000;

/** Longest answer of a proxy to CONNECT. */
const maximumAnswer = 16 * 1024;

/** Connects to the first of some addresses that answers. Names are not looked up. */
export async function dial(
  addresses: readonly string[],
  port: number,
): Promise<Socket> {
  let last: unknown;
  for (const host of addresses) {
    try {
      return await dialOne(host, port);
    } catch (error) {
      last = error;
    }
  }
  throw last ?? new Error('no address');
}

/** Opens a tunnel to a host through another proxy. */
export async function dialThrough(
  proxy: UpstreamProxy,
  host: string,
  port: number,
): Promise<Socket> {
  const socket = await dialOne(proxy.host, proxy.port);
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (proxy.authorization) {
    lines.push(`Proxy-Authorization: ${proxy.authorization}`);
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  try {
    const status = await readStatus(socket);
    if (status < 200 || status > 299) {
      throw new Error(`this machine's proxy answered ${status}`);
    }
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function dialOne(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const give = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(connectTimeoutMs, () => give(new Error('no answer')));
    socket.once('error', give);
    socket.once('connect', () => {
      socket.removeListener('error', give);
      socket.removeAllListeners('timeout');
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

/** Reads the head of an answer, byte for byte no further. */
async function readStatus(socket: Socket): Promise<number> {
  let head = Buffer.alloc(0);
  for (;;) {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) {
      if (socket.readableEnded || socket.destroyed) {
        throw new Error("this machine's proxy hung up");
      }
      await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const stop = head.indexOf('\r\n\r\n');
    if (stop >= 0) {
      const rest = head.subarray(stop + 4);
      if (rest.length > 0) socket.unshift(rest);
      const line = head.subarray(0, stop).toString('latin1');
      return Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0);
    }
    if (head.length > maximumAnswer) {
      throw new Error("this machine's proxy said too much");
    }
  }
}
