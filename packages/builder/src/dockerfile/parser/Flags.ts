import { didYouMean, nearest } from '../text/nearest';
import { quote } from '../text/redact';
import { SyntaxProblem } from './statementError';

/** The flags of one instruction, checked against those that it takes. */
export class Flags {
  readonly #values = new Map<string, string[]>();

  private constructor() {}

  /**
   * @param flags - `--name` or `--name=value`
   * @param known - what the instruction takes; `list` flags may come several times
   */
  static parse(
    flags: readonly string[],
    known: Readonly<Record<string, 'boolean' | 'text' | 'list'>> = {},
  ): Flags {
    const result = new Flags();
    for (const flag of flags) {
      const equals = flag.indexOf('=');
      const name = flag.slice(2, equals < 0 ? undefined : equals);
      const value = equals < 0 ? undefined : flag.slice(equals + 1);
      const type = Object.hasOwn(known, name) ? known[name] : undefined;
      if (!type) {
        const meant = nearest(name, Object.keys(known));
        throw new SyntaxProblem(
          `unknown flag --${name.slice(0, 80)}${didYouMean(
            meant && `--${meant}`,
          )}`,
        );
      }
      if (type !== 'list' && result.#values.has(name)) {
        throw new SyntaxProblem(`the flag --${name} is given twice`);
      }
      if (type === 'boolean') result.#add(name, booleanValue(name, value));
      else if (value === undefined) {
        throw new SyntaxProblem(
          `the flag --${name} needs a value: --${name}=…`,
        );
      } else result.#add(name, value);
    }
    return result;
  }

  /** Undefined when it is not given. */
  boolean(name: string): boolean | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : value === 'true';
  }

  /** Undefined when it is not given, or empty. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.[0] || undefined;
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  #add(name: string, value: string): void {
    const values = this.#values.get(name);
    if (values) values.push(value);
    else this.#values.set(name, [value]);
  }
}

function booleanValue(name: string, value: string | undefined): string {
  const lower = (value ?? 'true').toLowerCase();
  if (lower !== 'true' && lower !== 'false') {
    throw new SyntaxProblem(
      `the flag --${name} is ${quote(value ?? '')}; it takes true or false`,
    );
  }
  return lower;
}
