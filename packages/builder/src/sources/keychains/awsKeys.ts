import { readFile } from 'node:fs/promises';
import { BuilderError } from '../../errors/BuilderError';
import { askForJson, textOf, type SendCloudRequest } from './CloudRequest';
import type { AwsKeys } from './signAwsRequest';

/** Where keys are asked for. */
interface AwsPlace {
  readonly region: string;
  /** `.cn` in China. */
  readonly china: string;
}

const ECS_HOST = 'http://169.254.170.2';
/** Endpoints of ECS and of EKS Pod Identity, besides this machine itself. */
const ENDPOINTS = new Set([
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::23]',
  '127.0.0.1',
  'localhost',
  '[::1]',
]);

/**
 * Keys from the environment, in the order of AWS' own tools: `AWS_ACCESS_KEY_ID`,
 * the role of a web identity (IRSA), the endpoint of the container. Undefined when
 * it names none of them.
 */
export async function findAwsKeys(
  env: NodeJS.ProcessEnv,
  place: AwsPlace,
  send: SendCloudRequest,
): Promise<AwsKeys | undefined> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (accessKeyId && secretAccessKey) {
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
    };
  }
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) {
    return fromWebIdentity(env, place, send);
  }
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative } = env;
  const url = relative
    ? `${ECS_HOST}${relative}`
    : env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  return url ? fromContainer(url, env, send) : undefined;
}

async function fromWebIdentity(
  env: NodeJS.ProcessEnv,
  { region, china }: AwsPlace,
  send: SendCloudRequest,
): Promise<AwsKeys> {
  const host = `sts.${region}.amazonaws.com${china}`;
  const token = await readFile(env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '', 'utf8');
  const answer = await askForJson(send, {
    method: 'POST',
    url: `https://${host}/`,
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: env.AWS_ROLE_ARN ?? '',
      RoleSessionName: env.AWS_ROLE_SESSION_NAME || 'buildog',
      WebIdentityToken: token.trim(),
    }).toString(),
  });
  const response = fieldsOf(answer.AssumeRoleWithWebIdentityResponse);
  const result = fieldsOf(response.AssumeRoleWithWebIdentityResult);
  const keys = fieldsOf(result.Credentials);
  return {
    accessKeyId: textOf(keys, 'AccessKeyId', host),
    secretAccessKey: textOf(keys, 'SecretAccessKey', host),
    sessionToken: textOf(keys, 'SessionToken', host),
  };
}

async function fromContainer(
  address: string,
  env: NodeJS.ProcessEnv,
  send: SendCloudRequest,
): Promise<AwsKeys> {
  const url = new URL(address);
  if (url.protocol !== 'https:' && !ENDPOINTS.has(url.hostname)) {
    throw new BuilderError(
      'authentication',
      `AWS_CONTAINER_CREDENTIALS_FULL_URI names ${url.host}, which is no endpoint of a container: it has to be https or one of AWS' own`,
    );
  }
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const authorization = file
    ? (await readFile(file, 'utf8')).trim()
    : env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  const keys = await askForJson(send, {
    method: 'GET',
    url: url.href,
    direct: true,
    ...(authorization && { headers: { authorization } }),
  });
  return {
    accessKeyId: textOf(keys, 'AccessKeyId', url.host),
    secretAccessKey: textOf(keys, 'SecretAccessKey', url.host),
    sessionToken: textOf(keys, 'Token', url.host),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
