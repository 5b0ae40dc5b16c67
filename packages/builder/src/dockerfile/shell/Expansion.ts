import { limits } from '../parser/limits';
import { SyntaxProblem } from '../parser/statementError';
import type { ExpandOptions, Variables } from './expandWord';
import { removePrefix, removeSuffix, replaceMatches } from './substitute';
import { WordSplitter } from './WordSplitter';

interface Piece {
  readonly text: string;
  readonly words: string[];
}

const digit = /^\p{Nd}$/u;
const nameCharacter = /^[\p{L}\p{Nd}_]$/u;
const specialNames = '@*#?-$!0';

/** One run of `expandWord`: a position in a word, and what was found so far. */
export class Expansion {
  readonly matched = new Set<string>();
  readonly unmatched = new Set<string>();
  readonly #characters: readonly string[];
  readonly #variables: Variables;
  readonly #options: ExpandOptions;
  readonly #split: boolean;
  #position = 0;
  #depth = 0;
  #length = 0;

  /** @param split - whether the words are wanted, too */
  constructor(
    word: string,
    variables: Variables,
    options: ExpandOptions,
    split: boolean,
  ) {
    this.#split = split;
    this.#characters = Array.from(word);
    this.#variables = variables;
    this.#options = options;
  }

  run(): Piece {
    return this.#until(undefined, this.#options.keepEscapes ?? false);
  }

  #peek(): string | undefined {
    return this.#characters[this.#position];
  }

  #next(): string | undefined {
    const character = this.#characters[this.#position];
    if (character !== undefined) this.#position += 1;
    return character;
  }

  /** Reads up to `stop`, which is taken as well, or to the end. */
  #until(stop: string | undefined, keepEscapes: boolean): Piece {
    const parts: string[] = [];
    // Only the outermost text is split.
    const splitter =
      this.#split && stop === undefined ? new WordSplitter() : undefined;
    const raw = (text: string) => {
      parts.push(text);
      splitter?.addRaw(text);
    };
    const result = () => ({
      text: parts.join(''),
      words: splitter?.finish() ?? [],
    });
    const quotes = !this.#options.plainQuotes;
    for (let c = this.#peek(); c !== undefined; c = this.#peek()) {
      if (c === stop) {
        this.#next();
        return result();
      }
      if (c === '$') {
        const value = this.#variable();
        parts.push(value);
        splitter?.add(value);
      } else if (c === '<') raw(this.#heredocMark());
      else if (c === "'" && quotes) raw(this.#singleQuoted());
      else if (c === '"' && quotes) raw(this.#doubleQuoted(keepEscapes));
      else if (c === (this.#options.escape ?? '\\')) {
        this.#next();
        if (keepEscapes) raw(c);
        const escaped = this.#next();
        if (escaped === undefined) break;
        raw(escaped);
      } else {
        this.#next();
        parts.push(c);
        splitter?.add(c);
      }
    }
    if (stop !== undefined) {
      throw new SyntaxProblem(`a substitution has no closing ${stop}`);
    }
    return result();
  }

  #singleQuoted(): string {
    const start = this.#position;
    this.#next();
    for (let c = this.#next(); c !== "'"; c = this.#next()) {
      if (c === undefined) {
        throw new SyntaxProblem("a single quote (') is not closed");
      }
    }
    const kept = this.#options.keepQuotes ? 0 : 1;
    return this.#characters.slice(start + kept, this.#position - kept).join('');
  }

  #doubleQuoted(keepEscapes: boolean): string {
    const escape = this.#options.escape ?? '\\';
    const mark = this.#options.keepQuotes ? '"' : '';
    const parts = [mark];
    this.#next();
    for (;;) {
      const c = this.#peek();
      if (c === undefined) {
        throw new SyntaxProblem('a double quote (") is not closed');
      }
      if (c === '$') {
        parts.push(this.#variable());
        continue;
      }
      this.#next();
      if (c === '"') return parts.join('') + mark;
      if (c !== escape) {
        parts.push(c);
        continue;
      }
      if (keepEscapes) parts.push(c);
      const following = this.#peek();
      if (following === undefined) continue;
      // Other characters keep the escape character before them.
      const escapable = ['"', '$', escape].includes(following);
      parts.push(escapable ? following : c);
      if (escapable) this.#next();
    }
  }

  /** `<<` keeps its word, also when blanks stand between. */
  #heredocMark(): string {
    this.#next();
    if (this.#peek() !== '<') return '<';
    this.#next();
    const start = this.#position;
    for (let c = this.#peek(); c && '\t\r '.includes(c); c = this.#peek()) {
      this.#position += 1;
    }
    return `<<${this.#characters.slice(start, this.#position).join('')}`;
  }

  #variable(): string {
    this.#next();
    if (this.#peek() !== '{') {
      const name = this.#name();
      if (name === '') return '$';
      const value = this.#lookUp(name);
      if (value === undefined && this.#options.keepUnset) return `$${name}`;
      return this.#count(value ?? '');
    }
    this.#next();
    const first = this.#peek();
    if (first === undefined) throw new SyntaxProblem("'${' has no closing '}'");
    if ('{}:'.includes(first)) {
      throw new SyntaxProblem("'${' is not followed by the name of a variable");
    }
    const name = this.#name();
    const operator = this.#next();
    if (operator === '}') {
      const value = this.#lookUp(name);
      if (value === undefined && this.#options.keepUnset) return `\${${name}}`;
      return this.#count(value ?? '');
    }
    this.#depth += 1;
    if (this.#depth > limits.nesting) {
      throw new SyntaxProblem('substitutions are nested too deeply');
    }
    const result =
      operator === '/'
        ? this.#replacement(name)
        : this.#modified(name, operator ?? '');
    this.#depth -= 1;
    return this.#count(result);
  }

  #modified(name: string, operator: string): string {
    const orEmpty = operator === ':';
    const kind = orEmpty ? this.#next() ?? '' : operator;
    const modifier = orEmpty ? `:${kind}` : kind;
    const pattern = kind === '#' || kind === '%';
    if (!'-+?#%'.includes(kind) || kind === '' || (orEmpty && pattern)) {
      throw new SyntaxProblem(
        `unsupported modifier ${JSON.stringify(
          modifier,
        )} in \${${name}${modifier}…}`,
      );
    }
    const word = this.#until('}', pattern).text;
    const value = this.#lookUp(name);
    if (value === undefined && this.#options.keepUnset) {
      return `\${${name}${modifier}${word}}`;
    }
    const missing = value === undefined || (orEmpty && value === '');
    if (kind === '-') return missing ? word : value;
    if (kind === '+') return missing ? '' : word;
    if (kind === '?') {
      if (!missing) return value;
      const state = value === undefined ? 'unset' : 'empty';
      throw new SyntaxProblem(
        `${name}: ${word || `is not allowed to be ${state}`}`,
      );
    }
    const longest = word.startsWith(kind);
    const remove = kind === '#' ? removePrefix : removeSuffix;
    return remove(value ?? '', longest ? word.slice(1) : word, longest);
  }

  #replacement(name: string): string {
    const all = this.#peek() === '/';
    if (all) this.#next();
    const pattern = this.#until('/', true).text;
    const replacement = this.#until('}', true).text;
    const value = this.#lookUp(name);
    if (value === undefined && this.#options.keepUnset) {
      return `\${${name}/${pattern}/${replacement}}`;
    }
    if (value && value.length * (replacement.length + 1) > limits.planLength) {
      throw new SyntaxProblem(`\${${name}/…} becomes too long`);
    }
    return replaceMatches(value ?? '', pattern, replacement, all);
  }

  #name(): string {
    const first = this.#peek();
    if (first !== undefined && !digit.test(first)) {
      if (specialNames.includes(first)) return this.#next() ?? '';
    }
    const wanted = first && digit.test(first) ? digit : nameCharacter;
    let name = '';
    for (let c = this.#peek(); c && wanted.test(c); c = this.#peek()) {
      name += c;
      this.#next();
    }
    return name;
  }

  #lookUp(name: string): string | undefined {
    const value = this.#variables.get(name);
    (value === undefined ? this.unmatched : this.matched).add(name);
    return value;
  }

  #count(text: string): string {
    this.#length += text.length;
    if (this.#length > limits.wordLength) {
      throw new SyntaxProblem(
        `a word becomes longer than ${limits.wordLength} characters`,
      );
    }
    return text;
  }
}
