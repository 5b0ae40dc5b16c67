import { Digest, isDigest, splitDigest } from '../../digest/Digest';
import { StorePath } from './StoreFiles';

/*
 * Where things are below the root:
 *
 *   blobs/sha256/ab/abcd…              content, of blobs and manifests, once
 *   repositories/team,app/blobs/…      empty: this repository has that blob
 *   repositories/team,app/manifests/…  {"mediaType"}: and that manifest
 *   repositories/team,app/tags/v1      a digest
 *   repositories/team,app/referrers/SUBJECT/REFERRER   a descriptor
 *   repositories/team,app/uploads/ID   what has come of a blob so far
 *   tmp                                what is about to be renamed
 *   lock                               the process that owns all this
 *
 * A repository is one directory: its path with commas, which no path has.
 */

/** What a repository holds. */
export type RepositoryPart =
  | 'blobs'
  | 'manifests'
  | 'tags'
  | 'referrers'
  | 'uploads';

/** The file of content. */
export function contentPath(digest: Digest): StorePath {
  const { algorithm, hex } = splitDigest(digest);
  return ['blobs', algorithm, hex.slice(0, 2), hex];
}

/** A part of a repository, or a file in it. */
export function repositoryPath(
  repository: string,
  part: RepositoryPart,
  ...names: string[]
): StorePath {
  const directory = repository.replaceAll('/', ',');
  return ['repositories', directory, part, ...names];
}

/** A digest as a file name. */
export function digestName(digest: Digest): string {
  return digest.replace(':', '-');
}

/** The digest of a file name; `undefined` for a name that we did not make. */
export function digestOfName(name: string): Digest | undefined {
  const digest = name.replace('-', ':');
  return isDigest(digest) ? digest : undefined;
}

/** The repository of a directory name. */
export function repositoryOfName(name: string): string {
  return name.replaceAll(',', '/');
}
