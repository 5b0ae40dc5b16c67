import { createHash, timingSafeEqual } from 'node:crypto';

/** User and password of an `Authorization: Basic` header. */
export type Credential = { username: string; password: string };

/** Reads the header; `undefined` when there is none, or both halves are empty (some clients send that for "nobody"). */
export function parseBasicAuthorization(
  header: string | undefined,
): Credential | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  const credential = {
    username: text.slice(0, Math.max(colon, 0)),
    password: text.slice(colon + 1),
  };
  return credential.username === '' && credential.password === ''
    ? undefined
    : credential;
}

/** True when both are the same; takes as long whatever differs. */
export function sameCredential(a: Credential, b: Credential): boolean {
  const digest = (value: Credential) =>
    createHash('sha256')
      .update(JSON.stringify([value.username, value.password]))
      .digest();
  return timingSafeEqual(digest(a), digest(b));
}
