import { spawn } from 'node:child_process';
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** How the server behaves. */
export interface GitServerOptions {
  /** Directory of the repositories. */
  root: string;
  /** `user:password` that every request must have. */
  credential?: string;
  /** Speaks the protocol that serves any commit; the old one serves tips only. */
  protocol?: 2 | 0;
  tls?: { key: string; cert: string };
  /** Answers itself when it returns true. */
  intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A running server. */
export interface GitServer {
  url: string;
  host: string;
  requests: { path: string; authorization?: string }[];
  close: () => Promise<void>;
}

/** Serves repositories over smart http, by git's own `http-backend`. */
export async function startGitServer(
  options: GitServerOptions,
): Promise<GitServer> {
  const requests: GitServer['requests'] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const { authorization } = request.headers;
    requests.push({ path: request.url ?? '', authorization });
    if (options.intercept?.(request, response)) return;
    const wanted =
      options.credential &&
      `Basic ${Buffer.from(options.credential).toString('base64')}`;
    if (wanted && authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' });
      response.end();
      return;
    }
    serve(options, request, response);
  };
  const server = options.tls
    ? createTlsServer(options.tls, listener)
    : createServer(listener);
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: `${options.tls ? 'https' : 'http'}://${host}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => {
        server.close(resolve);
      });
    },
  };
}

function serve(
  { root, protocol = 2 }: GitServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '', 'http://localhost');
  const header = (name: string) => String(request.headers[name] ?? '');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      REMOTE_USER: 'test',
      REMOTE_ADDR: '127.0.0.1',
      ...(protocol === 2 && { GIT_PROTOCOL: header('git-protocol') }),
    },
  });
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  let head = Buffer.alloc(0);
  let headed = false;
  backend.stdout.on('data', (chunk: Buffer) => {
    if (headed) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    headed = true;
    let status = 200;
    for (const line of head.toString('latin1', 0, end).split('\r\n')) {
      const [name, value] = line.split(/: (.*)/);
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
  });
  backend.on('close', () => response.end());
}
