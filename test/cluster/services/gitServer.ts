import { execFileSync } from 'node:child_process';
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
import { gitHttpBackend } from './gitHttpBackend.ts';
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
  gitHttpBackend(
    incoming,
    outgoing,
    settings.repositories,
    known ? settings.owner.username : undefined,
  );
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
