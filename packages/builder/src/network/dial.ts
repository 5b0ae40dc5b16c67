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
function readStatus(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const end = (error?: Error) => {
      socket.removeListener('readable', read);
      socket.removeListener('error', end);
      socket.removeListener('close', closed);
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'));
      if (!error && status) resolve(Number(status[1]));
      else reject(error ?? new Error("this machine's proxy gave no answer"));
    };
    const closed = () => end(new Error("this machine's proxy hung up"));
    const read = () => {
      for (;;) {
        const chunk: Buffer | null = socket.read();
        if (chunk === null) return;
        head = Buffer.concat([head, chunk]);
        const stop = head.indexOf('\r\n\r\n');
        if (stop >= 0) {
          const rest = head.subarray(stop + 4);
          head = head.subarray(0, stop);
          end();
          if (rest.length > 0) socket.unshift(rest);
          return;
        }
        if (head.length > maximumAnswer) {
          end(new Error("this machine's proxy said too much"));
          return;
        }
      }
    };
    socket.on('readable', read);
    socket.once('error', end);
    socket.once('close', closed);
  });
}
