import { cleanPath } from './cleanPath';
import { Glob } from './Glob';

/** A source of `COPY` or `ADD`. @public */
export interface SourceMatcher {
  /** False when the source is just a path; then {@link SourceMatcher.base} is all of it. */
  readonly hasWildcard: boolean;
  /** The folder to look in: everything before the first element with a wildcard. `''` is the root. */
  readonly base: string;
  /**
   * Whether a path (from the root of the tree, no slash at either end) is meant.
   * A folder stands for everything in it: what lies below does not match.
   */
  matches(path: string): boolean;
}

/**
 * Reads a source of `COPY` or `ADD` (Dockerfile reference, "Pattern matching":
 * the rules of Go's `filepath.Match`, where `*` and `?` do not match `/`). The
 * path is cleaned and taken from the root of the tree; `..` can not leave it.
 *
 * @throws BuilderError `validation` for a pattern that is not valid
 * @public
 */
export function matchSource(pattern: string): SourceMatcher {
  const elements = cleanPath(`/${pattern}`).slice(1).split('/');
  const first = elements.findIndex(hasWildcard);
  if (first < 0) {
    const path = elements.join('/');
    return {
      hasWildcard: false,
      base: path,
      matches: candidate => candidate === path,
    };
  }
  const base = elements.slice(0, first).join('/');
  const prefix = base === '' ? '' : `${base}/`;
  const glob = Glob.parse(elements.slice(first).join('/'), {
    doubleStar: false,
  });
  return {
    hasWildcard: true,
    base,
    matches: candidate =>
      candidate.startsWith(prefix) &&
      glob.matches(candidate.slice(prefix.length)),
  };
}

/** Whether a path has a wildcard that is not escaped. */
export function hasWildcard(path: string): boolean {
  for (let index = 0; index < path.length; index += 1) {
    if (path[index] === '\\') index += 1;
    else if ('*?['.includes(path[index])) return true;
  }
  return false;
}
