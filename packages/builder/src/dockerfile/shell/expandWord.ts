import { Expansion } from './Expansion';

/** Variables by name. `undefined` means not set, which is not the same as empty. */
export interface Variables {
  get(name: string): string | undefined;
}

/** How words are read. @public */
export interface ExpandOptions {
  /** The Dockerfile's escape character. Default: `\`. */
  readonly escape?: '\\' | '`';
  /** Leave quotes where they are. */
  readonly keepQuotes?: boolean;
  /** Leave escape characters where they are. */
  readonly keepEscapes?: boolean;
  /** Leave `$name` as it stands when `name` is not set. */
  readonly keepUnset?: boolean;
  /** Quotes are characters like others (content of heredocs). */
  readonly plainQuotes?: boolean;
}

/** What became of a word. @public */
export interface ExpandedWord {
  readonly text: string;
  /** Names that were asked for and set. */
  readonly matched: ReadonlySet<string>;
  /** Names that were asked for and not set. */
  readonly unmatched: ReadonlySet<string>;
}

/**
 * Expands variables and removes quotes and escapes, as Dockerfile instructions
 * do: `$x`, `${x}`, `${x:-y}`, `${x-y}`, `${x:+y}`, `${x+y}`, `${x:?e}`,
 * `${x?e}`, `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`, `${x/p/r}`, `${x//p/r}`.
 * White space stays. Takes time linear in text and result, but for patterns.
 *
 * @throws SyntaxProblem for what is no valid word, `${x?e}` without `x`, and
 * results that are too long.
 */
export function expandWord(
  word: string,
  variables: Variables,
  options: ExpandOptions = {},
): ExpandedWord {
  const expansion = new Expansion(word, variables, options, false);
  const { text } = expansion.run();
  return {
    text,
    matched: expansion.matched,
    unmatched: expansion.unmatched,
  };
}

/**
 * Like {@link expandWord}, and splits the result at white space that is not
 * quoted. Empty words are dropped.
 */
export function expandWords(
  word: string,
  variables: Variables,
  options: ExpandOptions = {},
): string[] {
  return new Expansion(word, variables, options, true).run().words;
}
