import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import type { ClusterIdentity } from '../clusterIdentity.ts';
import type { ClusterPaths } from '../paths.ts';
import { programPath } from '../programs/buildPrograms.ts';
import type { DaemonSpec } from '../system/daemon.ts';
import { run } from '../system/run.ts';
import { ports } from './ports.ts';
import { tokenIssuer, tokenKeyId, tokenService } from './tokenServer.ts';

/** The user of the plain and the TLS registry. */
export const registryUser = 'pusher';

/** Where a registry of the cluster keeps its content. */
export const registryStorage = (
  paths: ClusterPaths,
  name: 'plain' | 'tls' | 'token',
) => join(paths.run, 'registries', name);

/** Writes what the three registries read, and says how they and what belongs to them are started. */
export async function registries(
  paths: ClusterPaths,
  nodeAddress: string,
  identity: ClusterIdentity,
): Promise<DaemonSpec[]> {
  const script = (name: string) => join(import.meta.dirname, name);
  const folder = join(paths.config, 'registries');
  await mkdir(folder, { recursive: true });
  const node = [process.execPath, '--no-warnings'];
  const tls = {
    certificate: join(paths.pki, 'services.crt'),
    key: join(paths.pki, 'services.key'),
  };

  const passwordFile = join(folder, 'htpasswd');
  await writeFile(
    passwordFile,
    await run('htpasswd', ['-niB', registryUser], {
      input: identity.passwords.tls,
    }),
  );
  const keySet = join(folder, 'jwks.json');
  await writeFile(
    keySet,
    JSON.stringify(await jsonWebKeySet(join(paths.pki, 'registry-token.pub'))),
  );

  const registry = async (
    name: 'plain' | 'tls' | 'token',
    http: object,
    auth?: object,
  ): Promise<DaemonSpec> => {
    const file = join(folder, `${name}.json`);
    await writeFile(
      file,
      JSON.stringify(configuration(registryStorage(paths, name), http, auth)),
    );
    return {
      name: `registry-${name}`,
      command: [programPath('registry'), 'serve', file],
      env: { OTEL_TRACES_EXPORTER: 'none' },
    };
  };
  const frontFile = join(folder, 'front.json');
  await writeFile(
    frontFile,
    JSON.stringify({
      username: registryUser,
      password: identity.passwords.plain,
    }),
    { mode: 0o600 },
  );
  const tokenFile = join(folder, 'token-server.json');
  await writeFile(
    tokenFile,
    JSON.stringify({
      ...tls,
      signingKey: join(paths.pki, 'registry-token.key'),
      users: tokenUsers(identity),
    }),
    { mode: 0o600 },
  );
  return [
    await registry('plain', { addr: `127.0.0.1:${ports.plainRegistryBehind}` }),
    {
      name: 'registry-plain-front',
      command: [...node, script('registryFront.ts'), nodeAddress, frontFile],
    },
    await registry(
      'tls',
      { addr: `${nodeAddress}:${ports.tlsRegistry}`, tls },
      { htpasswd: { realm: 'tls', path: passwordFile } },
    ),
    await registry(
      'token',
      { addr: `${nodeAddress}:${ports.tokenRegistry}`, tls },
      {
        token: {
          realm: tokenRealm(nodeAddress),
          service: tokenService,
          issuer: tokenIssuer,
          jwks: keySet,
          signingalgorithms: ['ES256'],
        },
      },
    ),
    {
      name: 'registry-token-server',
      command: [...node, script('tokenServer.ts'), nodeAddress, tokenFile],
    },
  ];
}

/** Where clients of the token registry fetch their tokens. */
export const tokenRealm = (nodeAddress: string) =>
  `https://${nodeAddress}:${ports.tokenRealm}/token`;

/** The users of the token registry, with the repositories each may use. `*` ends a prefix. */
export function tokenUsers(identity: ClusterIdentity) {
  return {
    pusher: {
      password: identity.passwords.tokenPusher,
      push: ['*'],
      pull: ['*'],
    },
    'team-a': {
      password: identity.passwords.tokenTeamA,
      push: ['team-a/*'],
      pull: ['team-a/*'],
    },
    reader: { password: identity.passwords.tokenReader, push: [], pull: ['*'] },
  };
}

function configuration(storage: string, http: object, auth?: object): object {
  return {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: storage },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false } },
    },
    // Locations without host and scheme mean the same in front of the registry and behind.
    http: { ...http, relativeurls: true, secret: 'one process only' },
    ...(auth && { auth }),
  };
}

async function jsonWebKeySet(publicKeyFile: string): Promise<object> {
  const key = createPublicKey(await readFile(publicKeyFile)).export({
    format: 'jwk',
  });
  return { keys: [{ ...key, kid: tokenKeyId, alg: 'ES256', use: 'sig' }] };
}
