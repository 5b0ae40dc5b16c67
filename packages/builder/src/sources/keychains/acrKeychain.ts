import { readFile } from 'node:fs/promises';
import { Credential, type Keychain } from '@buildog/oci';
import {
  askForJson,
  sendCloudRequest,
  textOf,
  type SendCloudRequest,
} from './CloudRequest';
import { TokenKeeper, type ExpiringCredential } from './TokenKeeper';

/** Registry names are one label of letters and digits: nothing else is Azure's. */
const HOST = /^[a-z0-9]{5,50}\.azurecr\.(io|cn|us)$/;
/** A refresh token of a registry is valid for three hours. */
const VALID_MS = 3 * 3_600_000;

const clouds: Readonly<Record<string, { login: string; scope: string }>> = {
  io: {
    login: 'https://login.microsoftonline.com',
    scope: 'https://containerregistry.azure.net/.default',
  },
  cn: {
    login: 'https://login.chinacloudapi.cn',
    scope: 'https://containerregistry.azure.cn/.default',
  },
  us: {
    login: 'https://login.microsoftonline.us',
    scope: 'https://containerregistry.azure.us/.default',
  },
};

/**
 * Credentials for Azure Container Registry: a token of Microsoft Entra ID for the
 * workload identity (`AZURE_FEDERATED_TOKEN_FILE`) or the client secret of the
 * environment, exchanged at the registry's `/oauth2/exchange` for its refresh
 * token, which the registry's token server changes for access tokens.
 */
export function acrKeychain(
  env: NodeJS.ProcessEnv,
  send: SendCloudRequest = sendCloudRequest,
  now: () => number = Date.now,
): Keychain {
  const keeper = new TokenKeeper(now);
  return {
    async find({ registry }) {
      const cloud = clouds[HOST.exec(registry)?.[1] ?? ''];
      const { AZURE_TENANT_ID: tenant, AZURE_CLIENT_ID: client } = env;
      const hasProof =
        env.AZURE_FEDERATED_TOKEN_FILE || env.AZURE_CLIENT_SECRET;
      if (!cloud || !tenant || !client || !hasProof) return undefined;
      return keeper.get(registry, async () => {
        const identity = await identityToken(env, cloud, send);
        return exchange(registry, { tenant, identity }, send, now);
      });
    },
  };
}

async function identityToken(
  env: NodeJS.ProcessEnv,
  { login, scope }: { login: string; scope: string },
  send: SendCloudRequest,
): Promise<string> {
  const {
    AZURE_TENANT_ID: tenant = '',
    AZURE_CLIENT_ID: client = '',
    AZURE_CLIENT_SECRET: secret = '',
    AZURE_FEDERATED_TOKEN_FILE: file,
    AZURE_AUTHORITY_HOST: authority = login,
  } = env;
  const url = `${authority.replace(/\/+$/, '')}/${encodeURIComponent(
    tenant,
  )}/oauth2/v2.0/token`;
  const proof: Record<string, string> = file
    ? {
        client_assertion_type:
          'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: (await readFile(file, 'utf8')).trim(),
      }
    : { client_secret: secret };
  const answer = await askForJson(send, {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: client,
      scope,
      ...proof,
    }).toString(),
  });
  return textOf(answer, 'access_token', new URL(url).host);
}

async function exchange(
  registry: string,
  { tenant, identity }: { tenant: string; identity: string },
  send: SendCloudRequest,
  now: () => number,
): Promise<ExpiringCredential> {
  const answer = await askForJson(send, {
    method: 'POST',
    url: `https://${registry}/oauth2/exchange`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'access_token',
      service: registry,
      tenant,
      access_token: identity,
    }).toString(),
  });
  const token = textOf(answer, 'refresh_token', registry);
  return {
    credential: Credential.identityToken(token),
    expiresAt: now() + VALID_MS,
  };
}
