import { SyntaxProblem } from '../dockerfile/parser/statementError';
import type { Variables } from '../dockerfile/shell/expandWord';

/**
 * Characters that all variables of a stage may have together. Linux refuses to
 * start a program with more.
 */
const longest = 2 * 1024 * 1024;

/** Variables in the order in which they were set last, as `RUN` sees them. */
export class Environment implements Variables {
  readonly #values: Map<string, string>;
  #length: number;
  #list: readonly string[] | undefined;

  constructor(values: Iterable<readonly [string, string]> = []) {
    this.#values = new Map();
    this.#length = 0;
    for (const [name, value] of values) this.set(name, value);
  }

  /** From `NAME=value` lines. */
  static from(lines: readonly string[]): Environment {
    return new Environment(lines.map(splitVariable));
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: string): void {
    const previous = this.#values.get(name);
    if (previous !== undefined) {
      this.#length -= name.length + previous.length;
      this.#values.delete(name);
    }
    this.#values.set(name, value);
    this.#length += name.length + value.length;
    this.#list = undefined;
    if (this.#length > longest) {
      throw new SyntaxProblem(
        `the variables are longer than ${longest} characters together`,
      );
    }
  }

  names(): Iterable<string> {
    return this.#values.keys();
  }

  /** `NAME=value` lines; the same array until the next change. */
  list(): readonly string[] {
    this.#list ??= Array.from(
      this.#values,
      ([name, value]) => `${name}=${value}`,
    );
    return this.#list;
  }

  /** Characters of names and values. */
  get length(): number {
    return this.#length;
  }

  copy(): Environment {
    return new Environment(this.#values);
  }
}

/** Cuts `NAME=value`. */
export function splitVariable(line: string): [string, string] {
  const equals = line.indexOf('=');
  return equals < 0
    ? [line, '']
    : [line.slice(0, equals), line.slice(equals + 1)];
}
