import { Digest, isDigest } from '../digest/Digest';
import { isOciError } from '../errors/OciError';
import { isTag, parseRepository } from '../reference/parseReference';
import { RegistryFault } from './RegistryFault';

/** What a manifest is asked for by: exactly one of both. */
export type ManifestTarget =
  | { readonly tag: string; readonly digest?: undefined }
  | { readonly digest: Digest; readonly tag?: undefined };

/** What a path of the API means. */
export type Route =
  | { readonly kind: 'ping' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly repository: string }
  | {
      readonly kind: 'manifest';
      readonly repository: string;
      readonly target: ManifestTarget;
    }
  | {
      readonly kind: 'blob';
      readonly repository: string;
      readonly digest: Digest;
    }
  | { readonly kind: 'uploads'; readonly repository: string }
  | {
      readonly kind: 'upload';
      readonly repository: string;
      readonly id: string;
    }
  | {
      readonly kind: 'referrers';
      readonly repository: string;
      readonly digest: Digest;
    };

const UPLOAD_ID =
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Greedy: the last words decide, since a repository may be called like them. */
const ENDPOINT =
  /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests|referrers|tags)\/([^/]*)$/s;

/**
 * Reads the path of a request. Everything in a route obeys its grammar: a
 * repository path, tag, digest or upload id that comes out of here is safe as
 * part of a file name.
 *
 * @throws RegistryFault for a path that means nothing
 */
export function parseRoute(pathname: string): Route {
  const path = decode(pathname);
  if (path === '/v2/' || path === '/v2') return { kind: 'ping' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  const [, name, kind, rest = ''] =
    /^\/v2\/(.+)\/(blobs\/uploads)$/s.exec(path) ?? ENDPOINT.exec(path) ?? [];
  if (name === undefined) {
    throw new RegistryFault(404, 'UNSUPPORTED', 'there is nothing here');
  }
  const repository = checkName(name);
  switch (kind) {
    case 'blobs/uploads':
      return rest ? upload(repository, rest) : { kind: 'uploads', repository };
    case 'manifests':
      return { kind: 'manifest', repository, target: manifestTarget(rest) };
    case 'blobs':
      return { kind: 'blob', repository, digest: checkDigest(rest) };
    case 'referrers':
      return { kind: 'referrers', repository, digest: checkDigest(rest) };
    default:
      if (rest === 'list') return { kind: 'tags', repository };
      throw new RegistryFault(404, 'UNSUPPORTED', 'there is nothing here');
  }
}

/** @throws RegistryFault `NAME_INVALID` unless it is a repository path. */
export function checkName(name: string): string {
  try {
    if (parseRepository(`localhost/${name}`).path === name) return name;
  } catch (error) {
    if (!isOciError(error)) throw error;
  }
  throw new RegistryFault(
    400,
    'NAME_INVALID',
    'a repository path has lower-case parts of letters and digits, separated by ".", "_", "__" or "-", and at most 245 characters',
  );
}

/** @throws RegistryFault `DIGEST_INVALID` */
export function checkDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new RegistryFault(
    400,
    'DIGEST_INVALID',
    'a digest is "sha256:" and 64 lower-case hex digits, or "sha512:" and 128',
  );
}

function manifestTarget(text: string): ManifestTarget {
  if (text.includes(':')) return { digest: checkDigest(text) };
  if (isTag(text as unknown)) return { tag: text };
  throw new RegistryFault(
    400,
    'TAG_INVALID',
    'a tag has 1 to 128 letters, digits, "_", "." and "-", and does not start with "." or "-"',
  );
}

function upload(repository: string, id: string): Route {
  if (UPLOAD_ID.test(id)) return { kind: 'upload', repository, id };
  throw new RegistryFault(
    404,
    'BLOB_UPLOAD_UNKNOWN',
    'there is no such upload',
  );
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    throw new RegistryFault(400, 'NAME_INVALID', 'the path is not valid');
  }
}
