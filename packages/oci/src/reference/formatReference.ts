import { OciError } from '../errors/OciError';
import { parseReference } from './parseReference';
import { Reference, Repository } from './Reference';

/**
 * Prints a reference in full: `docker.io/library/alpine:3@sha256:…`. Parsing the
 * result gives an equal reference.
 *
 * @public
 */
export function formatReference(reference: Reference): string {
  const { registry, path, tag, digest } = reference;
  return `${registry}/${path}${tag ? `:${tag}` : ''}${
    digest ? `@${digest}` : ''
  }`;
}

/**
 * Prints a repository in full: `docker.io/library/alpine`.
 *
 * @public
 */
export function formatRepository(repository: Repository): string {
  return `${repository.registry}/${repository.path}`;
}

/**
 * Prints a reference as people write it: without `docker.io/` and `library/`
 * where parsing the short form gives the same reference.
 *
 * @public
 */
export function familiarReference(reference: Reference): string {
  const full = formatReference(reference);
  const short = full.replace(/^docker\.io\/(?:library\/(?=[^/]+$))?/, '');
  try {
    return formatReference(parseReference(short)) === full ? short : full;
  } catch (error) {
    if (error instanceof OciError) return full;
    throw error;
  }
}

/**
 * The reference with tag `latest` when it has neither tag nor digest.
 *
 * @public
 */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined
    ? { ...reference, tag: 'latest' }
    : reference;
}

/**
 * Says whether a repository is `namespace` or lies below it. Whole path
 * components are compared, so `team-ab/x` is not in `team-a`; an empty namespace
 * path means the whole registry.
 *
 * @public
 */
export function isInNamespace(
  repository: Repository,
  namespace: Repository,
): boolean {
  return (
    repository.registry === namespace.registry &&
    (namespace.path === '' ||
      repository.path === namespace.path ||
      repository.path.startsWith(`${namespace.path}/`))
  );
}
