import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { BuilderError } from '../errors/BuilderError';
import { findProgram, systemPath } from '../execute/findProgram';
import { loopbackCommand } from './loopbackCommand';

/** Port of the proxy: always the same, so that a step that prints its environment prints the same. */
export const proxyPort = 3128;

/**
 * Runs inside the new namespace: brings the loopback up, listens, and passes the
 * listening socket on. A socket stays in the namespace it was made in, whoever
 * holds it, so this process can end at once.
 */
const insideScript = `
const { execFileSync } = require('node:child_process');
const { createServer } = require('node:net');
const [program, ...args] = JSON.parse(process.argv[1]);
execFileSync(program, args, { stdio: 'ignore' });
const server = createServer({ pauseOnConnect: true });
server.listen({ host: '127.0.0.1', port: ${proxyPort} }, () => {
  process.send('listening', server);
});
process.on('disconnect', () => process.exit());
`;

/**
 * A network namespace with nothing but a loopback interface, and on it a port
 * that leads to us. Holds no process.
 */
export class NetworkNamespace {
  private handler?: (socket: Socket) => void;

  private constructor(
    /** Descriptor of the namespace, for `nsenter`. */
    readonly descriptor: number,
    private readonly server: Server,
  ) {
    server.on('connection', socket => {
      if (this.handler) this.handler(socket.resume());
      else socket.destroy();
    });
    // It is there for steps; it is no reason to stay.
    server.unref();
  }

  /** Makes one; about 60 ms, most of it the start of a Node process. */
  static async create(): Promise<NetworkNamespace> {
    const unshare = findProgram('unshare');
    const loopback = loopbackCommand();
    if (!unshare || !loopback) {
      throw new BuilderError(
        'unsupported',
        'RUN without the network of this machine needs "unshare" and "ip": install util-linux and iproute2',
        { operation: 'exec' },
      );
    }
    const child = spawn(
      unshare,
      [
        '--net',
        '--',
        process.execPath,
        '-e',
        insideScript,
        JSON.stringify(loopback),
      ],
      {
        env: { PATH: systemPath },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    try {
      const server = await handedOver(child);
      const descriptor = openSync(`/proc/${child.pid}/ns/net`, 'r');
      return new NetworkNamespace(descriptor, server);
    } finally {
      if (child.connected) child.disconnect();
    }
  }

  /** Takes the connections of one step, until the next call. Without a handler they are closed. */
  serve(handler: ((socket: Socket) => void) | undefined): void {
    this.handler = handler;
  }

  close(): void {
    this.handler = undefined;
    this.server.close();
    closeSync(this.descriptor);
  }
}

function handedOver(child: ChildProcess): Promise<Server> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', text => {
      if (said.length < 1000) said += text;
    });
    child.once('message', (_message, handle) => resolve(handle as Server));
    child.once('error', reject);
    child.once('close', () =>
      reject(
        new BuilderError(
          'unsupported',
          `no network namespace could be made: ${said.trim()}`,
          { operation: 'exec' },
        ),
      ),
    );
  });
}
