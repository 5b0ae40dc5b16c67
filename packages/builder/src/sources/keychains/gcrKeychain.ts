import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Credential, type Keychain } from '@buildog/oci';
import { BuilderError } from '../../errors/BuilderError';
import {
  askForJson,
  sendCloudRequest,
  textOf,
  type SendCloudRequest,
} from './CloudRequest';
import { TokenKeeper, type ExpiringCredential } from './TokenKeeper';

/** Container Registry and Artifact Registry, exactly: a look-alike host gets nothing. */
const HOST =
  /^(?:(?:us|eu|asia)\.)?gcr\.io$|^[a-z0-9-]{1,40}-docker\.pkg\.dev$/;
const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const METADATA_URL =
  'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';
const SCOPE =
  'https://www.googleapis.com/auth/devstorage.read_write https://www.googleapis.com/auth/cloud-platform';

/**
 * Credentials for Google's registries: the service account of the file in
 * `GOOGLE_APPLICATION_CREDENTIALS` (OAuth 2.0 for service accounts, RFC 7523), or
 * the machine's own from the metadata server, which is only asked where
 * `GCE_METADATA_HOST` or `KUBERNETES_SERVICE_HOST` says that there may be one.
 */
export function gcrKeychain(
  env: NodeJS.ProcessEnv,
  send: SendCloudRequest = sendCloudRequest,
  now: () => number = Date.now,
): Keychain {
  const keeper = new TokenKeeper(now);
  return {
    async find({ registry }) {
      if (!HOST.test(registry)) return undefined;
      const file = env.GOOGLE_APPLICATION_CREDENTIALS;
      if (file) return keeper.get('file', () => fromFile(file, send, now));
      if (!env.GCE_METADATA_HOST && !env.KUBERNETES_SERVICE_HOST) {
        return undefined;
      }
      return keeper.get('machine', () => fromMetadata(env, send, now));
    },
  };
}

async function fromMetadata(
  env: NodeJS.ProcessEnv,
  send: SendCloudRequest,
  now: () => number,
): Promise<ExpiringCredential> {
  const url = new URL(METADATA_URL);
  if (env.GCE_METADATA_HOST) url.host = env.GCE_METADATA_HOST;
  const answer = await askForJson(send, {
    method: 'GET',
    url: url.href,
    headers: { 'metadata-flavor': 'Google' },
    direct: true,
  });
  return toCredential(answer, url.host, now);
}

async function fromFile(
  file: string,
  send: SendCloudRequest,
  now: () => number,
): Promise<ExpiringCredential> {
  const { email, key, keyId } = await readAccount(file);
  const issued = Math.floor(now() / 1000);
  const part = (value: object) =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: email,
    scope: SCOPE,
    aud: TOKEN_URL,
    iat: issued,
    exp: issued + 3600,
  };
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${part(
    claims,
  )}`;
  const signature = createSign('RSA-SHA256')
    .update(unsigned)
    .sign(key, 'base64url');
  const answer = await askForJson(send, {
    method: 'POST',
    url: TOKEN_URL,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${unsigned}.${signature}`,
    }).toString(),
  });
  return toCredential(answer, new URL(TOKEN_URL).host, now);
}

async function readAccount(
  file: string,
): Promise<{ email: string; key: string; keyId: string }> {
  try {
    const account: unknown = JSON.parse(await readFile(file, 'utf8'));
    const {
      client_email: email,
      private_key: key,
      private_key_id: keyId,
    } = account as Record<string, unknown>;
    if (typeof email === 'string' && typeof key === 'string') {
      return { email, key, keyId: String(keyId) };
    }
  } catch {
    // Said below, without what stands in the file.
  }
  throw new BuilderError(
    'authentication',
    `${file} (GOOGLE_APPLICATION_CREDENTIALS) is no key of a service account`,
  );
}

function toCredential(
  answer: Readonly<Record<string, unknown>>,
  host: string,
  now: () => number,
): ExpiringCredential {
  const token = textOf(answer, 'access_token', host);
  const seconds = Number(answer.expires_in);
  return {
    credential: Credential.basic('oauth2accesstoken', token),
    expiresAt: now() + (Number.isFinite(seconds) ? seconds : 600) * 1000,
  };
}
