import { BuilderError } from '../../errors/BuilderError';
import { trimSpace } from '../text/whitespace';
import { cleanPath } from './cleanPath';
import { Glob } from './Glob';

/** Everything that is special somewhere in a pattern. */
const special = /[*?[\]\\]/;

/** One line of a `.dockerignore`, ready to be matched. */
export class IgnorePattern {
  /** Begins with `!`: keeps what patterns before it ignore. */
  readonly exception: boolean;
  /** Folders without wildcards at its start, without a slash at the end. */
  readonly literalStart: string;
  readonly #test: (path: string) => boolean;

  private constructor(
    exception: boolean,
    literalStart: string,
    test: (path: string) => boolean,
  ) {
    this.exception = exception;
    this.literalStart = literalStart;
    this.#test = test;
  }

  /**
   * Undefined for an empty pattern.
   *
   * @throws BuilderError `validation`
   */
  static parse(text: string): IgnorePattern | undefined {
    const trimmed = trimSpace(text);
    if (trimmed === '') return undefined;
    const cleaned = cleanPath(trimmed);
    const exception = cleaned.startsWith('!');
    const pattern = exception ? cleaned.slice(1) : cleaned;
    if (pattern === '') {
      throw new BuilderError(
        'validation',
        'the ignore pattern "!" names nothing; write a path after the exclamation mark',
      );
    }
    const wildcard = pattern.search(special);
    const literalStart =
      wildcard < 0
        ? pattern
        : pattern.slice(0, Math.max(0, pattern.lastIndexOf('/', wildcard)));
    return new IgnorePattern(exception, literalStart, testOf(pattern));
  }

  /** True when the pattern means this very path (not what lies below it). */
  matches(path: string): boolean {
    return this.#test(path);
  }
}

/**
 * Patterns without wildcards, and those with one `**` at an end, are compared
 * as text: that is quicker, and `**name` only then also means `xname`, as it
 * does for Docker.
 */
function testOf(pattern: string): (path: string) => boolean {
  const glob = Glob.parse(pattern, { doubleStar: true });
  if (!special.test(pattern)) return path => path === pattern;
  if (pattern === '**') return () => true;
  const tail = pattern.slice(2);
  if (pattern.startsWith('**') && !special.test(tail)) {
    return path =>
      path.endsWith(tail) || (tail.startsWith('/') && path === tail.slice(1));
  }
  const head = pattern.slice(0, -2);
  if (pattern.endsWith('**') && !special.test(head)) {
    return path => path.startsWith(head);
  }
  return path => glob.matches(path);
}
