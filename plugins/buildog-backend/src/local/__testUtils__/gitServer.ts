import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running server of repositories. */
export interface LocalGitServer {
  url: string;
  close(): Promise<void>;
}

/** Serves the repositories below a folder over smart http. */
export async function startLocalGit(root: string): Promise<LocalGitServer> {
  const server = createServer((incoming, outgoing) =>
    serve(root, incoming, outgoing),
  );
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** One request by git's own CGI program. */
function serve(
  root: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const { pathname, search } = new URL(incoming.url ?? '', 'http://localhost');
  const header = (name: string) => String(incoming.headers[name] ?? '');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: header('git-protocol'),
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: incoming.method,
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      REMOTE_ADDR: '127.0.0.1',
    },
  });
  backend.stdin.on('error', () => undefined);
  incoming.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', chunk => chunks.push(chunk));
  backend.on('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const head = answer.toString('latin1', 0, end).split('\r\n');
    let status = 200;
    for (const line of head) {
      const [name, value] = line.split(/: (.*)/);
      if (name.toLowerCase() === 'status') status = parseInt(value, 10);
      else outgoing.setHeader(name, value);
    }
    outgoing.writeHead(status).end(answer.subarray(end + 4));
  });
}
