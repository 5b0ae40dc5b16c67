import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import {
  type IncomingMessage,
  type ServerResponse,
  createServer,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import {
  type Credential,
  parseBasicAuthorization,
  sameCredential,
} from './basicAuthorization.ts';
import { ports } from './ports.ts';

/*
 * A git server over smart http: git's own http-backend behind a front that knows
 * who may do what. Everything below `private/` can be read with the password
 * only; a push always needs it, and makes a repository that does not exist yet.
 *
 * Run as: node gitServer.ts ADDRESS CONFIG_FILE
 */

type Settings = {
  repositories: string;
  owner: Credential;
  certificate: string;
  key: string;
};

/** What a request to the server is about. */
export type GitRequest = { repository: string; writes: boolean };

/** Reads a request line; `undefined` for anything that is not git over smart http. */
export function parseGitRequest(
  method: string,
  url: string,
): GitRequest | undefined {
  const { pathname, searchParams } = new URL(url, 'http://git');
  const parts =
    /^\/([a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)+?\.git)\/(info\/refs|git-upload-pack|git-receive-pack)$/i.exec(
      pathname,
    );
  if (!parts || parts[1].includes('..')) return undefined;
  const service =
    parts[2] === 'info/refs' ? searchParams.get('service') : parts[2];
  if (service !== 'git-upload-pack' && service !== 'git-receive-pack')
    return undefined;
  if (method !== (parts[2] === 'info/refs' ? 'GET' : 'POST')) return undefined;
  return { repository: parts[1], writes: service === 'git-receive-pack' };
}

function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  settings: Settings,
): void {
  const git = parseGitRequest(incoming.method ?? '', incoming.url ?? '/');
  if (!git) return void outgoing.writeHead(404).end('not a git request\n');
  const credential = parseBasicAuthorization(incoming.headers.authorization);
  const known =
    credential !== undefined && sameCredential(credential, settings.owner);
  if (
    (git.writes || credential || git.repository.startsWith('private/')) &&
    !known
  ) {
    return void outgoing
      .writeHead(401, { 'www-authenticate': 'Basic realm="git"' })
      .end('user and password needed\n');
  }
  const folder = join(settings.repositories, git.repository);
  if (!existsSync(folder)) {
    if (!git.writes)
      return void outgoing.writeHead(404).end('no such repository\n');
    execFileSync('git', [
      'init',
      '--quiet',
      '--bare',
      '--initial-branch=main',
      folder,
    ]);
  }
  serve(
    incoming,
    outgoing,
    settings,
    known ? settings.owner.username : undefined,
  );
}

/** Runs git http-backend for one request, by the rules of CGI. */
function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  settings: Settings,
  user?: string,
): void {
  const url = new URL(incoming.url ?? '/', 'http://git');
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROJECT_ROOT: settings.repositories,
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

if (import.meta.main) {
  const [address, configFile] = process.argv.slice(2);
  const settings = JSON.parse(readFileSync(configFile, 'utf8')) as Settings;
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) =>
    answer(incoming, outgoing, settings);
  createServer(handle).listen(ports.gitHttp, address);
  const tls = {
    cert: readFileSync(settings.certificate),
    key: readFileSync(settings.key),
  };
  createTlsServer(tls, handle).listen(ports.gitHttps, address);
}
