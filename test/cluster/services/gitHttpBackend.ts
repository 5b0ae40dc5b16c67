import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Answers one request with git's own http-backend, by the rules of CGI
 * (RFC 3875). The caller has decided that the request is allowed.
 *
 * @param repositories - folder of bare repositories
 * @param user - who may push; absent: reads only
 */
export function gitHttpBackend(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  repositories: string,
  user?: string,
): void {
  const url = new URL(incoming.url ?? '/', 'http://git');
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROJECT_ROOT: repositories,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: incoming.method,
      CONTENT_TYPE: incoming.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: incoming.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(incoming.headers['git-protocol'] ?? ''),
      ...(user && { REMOTE_USER: user }),
    },
  });
  incoming.pipe(backend.stdin);
  backend.stdin.on('error', () => {});
  outgoing.on('close', () => backend.kill());
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    backend.stdout.off('data', readHead);
    backend.stdout.pause();
    const headers = head
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map(line => line.split(/:\s*/, 2) as [string, string]);
    const status = Number(
      headers
        .find(([name]) => name.toLowerCase() === 'status')?.[1]
        .slice(0, 3) ?? 200,
    );
    outgoing.writeHead(
      status,
      headers.filter(([name]) => name.toLowerCase() !== 'status').flat(),
    );
    outgoing.write(head.subarray(end + 4));
    backend.stdout.pipe(outgoing);
  };
  backend.stdout.on('data', readHead);
  backend.on('close', () => {
    if (!outgoing.headersSent) outgoing.writeHead(500);
    outgoing.end();
  });
}
