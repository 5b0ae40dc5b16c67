import { Credential, type Keychain } from '@buildog/oci';
import { BuilderError } from '../../errors/BuilderError';
import { findAwsKeys } from './awsKeys';
import {
  askForJson,
  sendCloudRequest,
  textOf,
  type SendCloudRequest,
} from './CloudRequest';
import { signAwsRequest } from './signAwsRequest';
import { TokenKeeper, type ExpiringCredential } from './TokenKeeper';

/** Account, FIPS, region and partition of a private registry, exactly. */
const HOST =
  /^\d{12}\.dkr\.ecr(-fips)?\.([a-z]{2,4}(?:-[a-z]+)+-\d)\.amazonaws\.com(\.cn)?$/;

/**
 * Credentials for Amazon ECR: `GetAuthorizationToken` (ECR API 2015-09-21), signed
 * with the keys that the environment gives.
 */
export function ecrKeychain(
  env: NodeJS.ProcessEnv,
  send: SendCloudRequest = sendCloudRequest,
  now: () => number = Date.now,
): Keychain {
  const keeper = new TokenKeeper(now);
  return {
    async find({ registry }) {
      const [, fips, region, china = ''] = HOST.exec(registry) ?? [];
      if (region === undefined) return undefined;
      const keys = await findAwsKeys(env, { region, china }, send);
      if (!keys) return undefined;
      const host = fips
        ? `ecr-fips.${region}.amazonaws.com`
        : `api.ecr.${region}.amazonaws.com${china}`;
      return keeper.get(host, async () => {
        const request = signAwsRequest(
          {
            host,
            region,
            service: 'ecr',
            target:
              'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
            body: '{}',
          },
          keys,
          new Date(now()),
        );
        return toCredential(await askForJson(send, request), host, now);
      });
    },
  };
}

function toCredential(
  answer: Readonly<Record<string, unknown>>,
  host: string,
  now: () => number,
): ExpiringCredential {
  const { authorizationData: list } = answer;
  const [data] = Array.isArray(list) ? (list as unknown[]) : [];
  const fields = { ...(data as object) } as Record<string, unknown>;
  const token = textOf(fields, 'authorizationToken', host);
  const pair = Buffer.from(token, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 1) {
    throw new BuilderError(
      'authentication',
      `${host} gave no token: it is no user name and password`,
    );
  }
  // Seconds since 1970, with a fraction; twelve hours from now otherwise.
  const expires = Number(fields.expiresAt) * 1000;
  return {
    credential: Credential.basic(pair.slice(0, colon), pair.slice(colon + 1)),
    expiresAt: Number.isFinite(expires) ? expires : now() + 12 * 3_600_000,
  };
}
