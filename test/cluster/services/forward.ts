import { rmSync } from 'node:fs';
import { type Socket, connect, createServer } from 'node:net';

/*
 * Lets pods reach a port of this machine's loopback: one half listens on the
 * node's address inside the namespace and hands each connection to a unix socket,
 * the other half, outside, takes it from there to 127.0.0.1. Nothing is opened on
 * this machine's own interfaces. Both run in the folder of the socket, because
 * its path may be longer than a socket's address.
 *
 * Run as: node forward.ts inside ADDRESS PORT    or    node forward.ts outside PORT
 */

function relay(from: Socket, to: Socket): void {
  for (const [a, b] of [
    [from, to],
    [to, from],
  ]) {
    a.pipe(b);
    a.on('error', () => b.destroy()); // an orderly end is passed on by pipe
  }
}

if (import.meta.main) {
  const [half, ...rest] = process.argv.slice(2);
  const port = Number(rest.at(-1));
  const socket = `${port}.sock`;
  if (half === 'inside') {
    createServer({ allowHalfOpen: true }, from =>
      relay(from, connect({ path: socket, allowHalfOpen: true })),
    ).listen(port, rest[0]);
  } else {
    rmSync(socket, { force: true });
    createServer({ allowHalfOpen: true }, from =>
      relay(from, connect({ port, host: '127.0.0.1', allowHalfOpen: true })),
    ).listen(socket);
  }
}
