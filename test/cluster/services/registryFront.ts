import { readFileSync } from 'node:fs';
import {
  type IncomingMessage,
  type ServerResponse,
  createServer,
  request,
} from 'node:http';
import { pipeline } from 'node:stream';
import {
  type Credential,
  parseBasicAuthorization,
  sameCredential,
} from './basicAuthorization.ts';
import { ports } from './ports.ts';

/*
 * What stands before the plain registry: anybody may pull, and whoever changes
 * anything needs user and password. distribution itself knows only all or
 * nothing. `GET /v2/` without a credential answers 401, because clients decide
 * there whether they send a credential at all.
 *
 * Run as: node registryFront.ts ADDRESS CREDENTIAL_FILE
 */

const reading = new Set(['GET', 'HEAD']);

/** True when this request may pass. */
export function mayPass(
  method: string,
  path: string,
  authorization: string | undefined,
  owner: Credential,
): boolean {
  const credential = parseBasicAuthorization(authorization);
  if (credential) return sameCredential(credential, owner);
  return reading.has(method) && path.replace(/\?.*$/, '') !== '/v2/';
}

function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  owner: Credential,
): void {
  const { method = 'GET', url = '/', headers } = incoming;
  if (!mayPass(method, url, headers.authorization, owner)) {
    incoming.resume();
    outgoing.writeHead(401, {
      'www-authenticate': 'Basic realm="plain"',
      'content-type': 'application/json',
      'docker-distribution-api-version': 'registry/2.0',
    });
    outgoing.end(
      '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}',
    );
    return;
  }
  const { authorization: _, ...passedOn } = headers;
  const behind = request(
    {
      host: '127.0.0.1',
      port: ports.plainRegistryBehind,
      method,
      path: url,
      headers: passedOn,
    },
    response => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      pipeline(response, outgoing, () => {});
    },
  );
  behind.on('error', () => {
    if (!outgoing.headersSent) outgoing.writeHead(502);
    outgoing.end();
  });
  outgoing.on('close', () => behind.destroy());
  pipeline(incoming, behind, () => {});
}

if (import.meta.main) {
  const [address, credentialFile] = process.argv.slice(2);
  const owner = JSON.parse(readFileSync(credentialFile, 'utf8')) as Credential;
  const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) =>
    answer(incoming, outgoing, owner),
  );
  server.listen(ports.plainRegistry, address);
}
