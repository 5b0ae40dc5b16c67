import { createHash, createHmac } from 'node:crypto';
import type { CloudRequest } from './CloudRequest';

/** Keys of AWS; the session token belongs to temporary ones. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A call of a service that speaks JSON 1.1. */
export interface AwsCall {
  readonly host: string;
  readonly region: string;
  readonly service: string;
  /** `X-Amz-Target`. */
  readonly target: string;
  readonly body: string;
}

/** Signs a call (AWS Signature Version 4). */
export function signAwsRequest(
  { host, region, service, target, body }: AwsCall,
  { accessKeyId, secretAccessKey, sessionToken }: AwsKeys,
  date: Date,
): CloudRequest {
  const time = date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const headers: Record<string, string> = {
    'content-type': 'application/x-amz-json-1.1',
    host,
    'x-amz-date': time,
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
    'x-amz-target': target,
  };
  const names = Object.keys(headers).sort();
  const signed = names.join(';');
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map(name => `${name}:${headers[name]}`),
    '',
    signed,
    hash(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
    (above, part) => hmac(above, part),
    `AWS4${secretAccessKey}`,
  );
  const signature = hmac(key, text).toString('hex');
  return {
    method: 'POST',
    url: `https://${host}/`,
    body,
    headers: {
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
    },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
