import { SyntaxProblem } from '../parser/statementError';
import { limits } from '../parser/limits';

interface Span {
  readonly start: number;
  readonly end: number;
}

const anyCharacter = Symbol('?');
type Cell = string | typeof anyCharacter;

/**
 * A pattern of `${name#pattern}` and its relatives: `*` is any text, `?` any
 * character, `\` takes `*`, `?` and `\` literally. Neither matches a line
 * break. No bracket expressions (Dockerfile reference, "Environment
 * replacement"). Matching takes time in the order of pattern × text, at worst.
 */
export class ShellPattern {
  /** The pattern cut at each `*`: always one more than there are stars. */
  readonly #blocks: readonly (readonly Cell[])[];

  private constructor(blocks: readonly (readonly Cell[])[]) {
    this.#blocks = blocks;
  }

  static parse(pattern: string): ShellPattern {
    if (pattern.length > limits.patternLength) {
      throw new SyntaxProblem(
        `the pattern in a substitution has ${pattern.length} characters; at most ${limits.patternLength} are allowed`,
      );
    }
    const characters = Array.from(pattern);
    const blocks: Cell[][] = [[]];
    for (let index = 0; index < characters.length; index += 1) {
      const character = characters[index];
      const last = blocks[blocks.length - 1];
      if (character === '*') blocks.push([]);
      else if (character === '?') last.push(anyCharacter);
      else if (character === '\\') {
        const next = characters[index + 1];
        // `\}` and `\/` only keep the substitution from ending.
        if (next === '}' || next === '/') continue;
        if (next !== '*' && next !== '?' && next !== '\\') {
          throw new SyntaxProblem(
            `invalid escape \\${next ?? ''} in the pattern ${JSON.stringify(
              pattern,
            )} of a substitution: only *, ? and \\ can be escaped`,
          );
        }
        last.push(next);
        index += 1;
      } else last.push(character);
    }
    return new ShellPattern(blocks);
  }

  /** The same pattern for text that is read from its end. */
  reversed(): ShellPattern {
    return new ShellPattern(
      this.#blocks.map(block => [...block].reverse()).reverse(),
    );
  }

  /**
   * Where a match that starts exactly at `start` ends: as far away as possible
   * when `greedy`, else as near as possible. Undefined without a match.
   */
  matchAt(
    text: readonly string[],
    start: number,
    greedy: boolean,
  ): number | undefined {
    const [first, ...rest] = this.#blocks;
    if (!fits(first, text, start)) return undefined;
    let position = start + first.length;
    for (const [index, block] of rest.entries()) {
      const limit = lineEnd(text, position);
      const found =
        greedy && index === rest.length - 1
          ? lastFit(block, text, position, limit)
          : firstFit(block, text, position, limit);
      if (found === undefined) return undefined;
      position = found + block.length;
    }
    return position;
  }

  /** The leftmost match at or after `from`, as long as possible. */
  search(text: readonly string[], from: number): Span | undefined {
    const stars = this.#blocks.length > 1;
    let start = from;
    while (start <= text.length) {
      const end = this.matchAt(text, start, true);
      if (end !== undefined) return { start, end };
      // What follows the first star was not found in this line from here; it
      // can not be found from further right either.
      if (stars && fits(this.#blocks[0], text, start)) {
        start = lineEnd(text, start);
      }
      start += 1;
    }
    return undefined;
  }
}

function fits(
  block: readonly Cell[],
  text: readonly string[],
  start: number,
): boolean {
  if (start + block.length > text.length) return false;
  for (let index = 0; index < block.length; index += 1) {
    const cell = block[index];
    const character = text[start + index];
    if (cell === anyCharacter ? character === '\n' : cell !== character) {
      return false;
    }
  }
  return true;
}

function lineEnd(text: readonly string[], from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function firstFit(
  block: readonly Cell[],
  text: readonly string[],
  from: number,
  to: number,
): number | undefined {
  for (let start = from; start <= to; start += 1) {
    if (fits(block, text, start)) return start;
  }
  return undefined;
}

function lastFit(
  block: readonly Cell[],
  text: readonly string[],
  from: number,
  to: number,
): number | undefined {
  for (let start = to; start >= from; start -= 1) {
    if (fits(block, text, start)) return start;
  }
  return undefined;
}
