import type { Directives } from '../Dockerfile';
import { SyntaxProblem } from './statementError';

const names = ['syntax', 'escape', 'check'] as const;
type DirectiveName = (typeof names)[number];

/**
 * Reads parser directives (Dockerfile reference, "Parser directives"): they
 * stand before everything else, and the first line that is none ends them.
 */
export class DirectiveReader {
  readonly #values = new Map<DirectiveName, string>();
  #ended = false;

  /** Looks at the next line; true when it is a directive. */
  read(line: string): boolean {
    if (this.#ended) return false;
    const match = /^#([^=]*)=(.*)$/s.exec(line);
    const written = match?.[1].trim().toLowerCase() ?? '';
    const value = match?.[2].trim() ?? '';
    const name = names.find(known => known === written);
    if (!name || value === '') {
      this.#ended = true;
      return false;
    }
    if (this.#values.has(name)) {
      throw new SyntaxProblem(
        `the directive "${name}" stands here a second time; remove one`,
      );
    }
    if (name === 'escape' && value !== '\\' && value !== '`') {
      throw new SyntaxProblem(
        `the escape character ${JSON.stringify(
          value.slice(0, 20),
        )} is not possible; use \\ or \``,
      );
    }
    this.#values.set(name, value);
    return true;
  }

  get escape(): '\\' | '`' {
    return this.#values.get('escape') === '`' ? '`' : '\\';
  }

  get directives(): Directives {
    const syntax = this.#values.get('syntax');
    const check = this.#values.get('check');
    return {
      escape: this.escape,
      ...(syntax === undefined ? {} : { syntax }),
      ...(check === undefined ? {} : { check }),
    };
  }
}
