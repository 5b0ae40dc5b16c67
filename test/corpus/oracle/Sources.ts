import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * An http server on the loopback for `ADD`: the files of a folder with their
 * times as `Last-Modified`, and its git repositories (`NAME.git`) over smart http.
 */
export class Sources {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Starts it on a free port. */
  static async start(folder: string): Promise<Sources> {
    const server = createServer((incoming, outgoing) => {
      const { pathname } = new URL(incoming.url ?? '/', 'http://sources');
      const answer = pathname.includes('.git/') ? serveGit : serveFile;
      answer(folder, incoming, outgoing).catch(error => {
        if (!outgoing.headersSent) outgoing.writeHead(500);
        outgoing.end(`${error}\n`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Sources(server);
  }

  /** Ends it with all connections. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

async function serveFile(
  folder: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(incoming.url ?? '/', 'http://sources');
  const file = join(folder, decodeURIComponent(pathname));
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    outgoing.writeHead(404).end('no such file\n');
    return;
  }
  outgoing.writeHead(200, {
    'content-length': found.size,
    'last-modified': found.mtime.toUTCString(),
  });
  if (incoming.method === 'HEAD') outgoing.end();
  else await pipeline(createReadStream(file), outgoing);
}

/** git's own CGI program; what it answers starts with headers of its own. */
async function serveGit(
  folder: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { pathname, search } = new URL(incoming.url ?? '/', 'http://sources');
  const { headers, method = 'GET' } = incoming;
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      // The repositories may belong to another user than the server's.
      ...{ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory' },
      ...{ GIT_CONFIG_VALUE_0: '*', REQUEST_METHOD: method },
      ...{ PATH_INFO: pathname, QUERY_STRING: search.slice(1) },
      CONTENT_TYPE: headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
    },
  });
  const sending = pipeline(incoming, child.stdin).catch(() => {});
  const parts: Buffer[] = [];
  for await (const part of child.stdout) parts.push(part as Buffer);
  await sending;
  const output = Buffer.concat(parts);
  const end = output.indexOf('\r\n\r\n');
  let status = 200;
  for (const line of output.toString('latin1', 0, end).split('\r\n')) {
    const [name, value] = line.split(/:\s*/, 2);
    if (name.toLowerCase() === 'status') status = Number(value.slice(0, 3));
    else outgoing.setHeader(name, value);
  }
  outgoing.writeHead(status).end(output.subarray(end + 4));
}
