import { ModelError } from './ModelError';

const FORBIDDEN =
  // git refuses control characters, so they are named here.
  // eslint-disable-next-line no-control-regex
  /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.lock(\/|$)|^\/|\/$|\.$|^\.|\/\./;

/**
 * Admits a branch or tag name by the rules of `git check-ref-format`, and
 * refuses what git could read as an option (CVE-2019-13139).
 *
 * @returns the ref, unchanged.
 * @throws ModelError `InvalidRef`, naming the value.
 * @public
 */
export function parseGitRef(ref: string): string {
  if (
    ref.length === 0 ||
    ref.length > 250 ||
    ref.startsWith('-') ||
    ref === '@' ||
    FORBIDDEN.test(ref)
  ) {
    throw new ModelError(
      'InvalidRef',
      `ref ${JSON.stringify(
        ref.slice(0, 64),
      )} is not a branch or tag name that git allows`,
    );
  }
  return ref;
}
