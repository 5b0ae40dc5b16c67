import { BuilderError } from '../../errors/BuilderError';
import { quote } from '../text/redact';
import { readClass, type CharacterClass } from './CharacterClass';

/**
 * A part of a pattern that takes several characters: `stars` is anything
 * without `/`, `folders` any number of whole folders, `everything` anything.
 */
class Repeat {
  readonly what: 'stars' | 'folders' | 'everything';

  constructor(what: 'stars' | 'folders' | 'everything') {
    this.what = what;
  }
}

/** Any character but `/`. */
const anyCharacter = Symbol('?');

type Step = string | typeof anyCharacter | CharacterClass | Repeat;

/**
 * A path pattern of Go's `filepath.Match` (`*`, `?`, `[a-z]`, `[^a]`, `\`),
 * optionally with `**`. Matches whole paths. Takes time in the order of
 * pattern × path: there is no backtracking.
 */
export class Glob {
  readonly #steps: readonly Step[];
  /** What every path that fits starts with. */
  readonly #start: string;
  // States of the match that is going on: at a step, or within the name of a
  // folder that `folders` takes. Kept, because a context has many paths.
  #active: Uint8Array;
  #within: Uint8Array;
  #nextActive: Uint8Array;
  #nextWithin: Uint8Array;

  private constructor(steps: readonly Step[]) {
    this.#steps = steps;
    const wildcard = steps.findIndex(step => typeof step !== 'string');
    this.#start = steps.slice(0, wildcard < 0 ? undefined : wildcard).join('');
    const states = () => new Uint8Array(steps.length + 1);
    this.#active = states();
    this.#within = states();
    this.#nextActive = states();
    this.#nextWithin = states();
  }

  /**
   * @throws BuilderError `validation` for patterns that end in `\` or within a
   * bracket expression
   */
  static parse(pattern: string, options: { doubleStar: boolean }): Glob {
    const steps: Step[] = [];
    const characters = Array.from(pattern);
    for (let index = 0; index < characters.length; index += 1) {
      const character = characters[index];
      if (character === '*') {
        if (options.doubleStar && characters[index + 1] === '*') {
          index += characters[index + 2] === '/' ? 2 : 1;
          const last = index + 1 >= characters.length;
          steps.push(new Repeat(last ? 'everything' : 'folders'));
        } else steps.push(new Repeat('stars'));
      } else if (character === '?') steps.push(anyCharacter);
      else if (character === '[') {
        const found = readClass(characters, index);
        if (!found)
          throw badPattern(pattern, 'has a [ that is not closed well');
        steps.push(found.class);
        index = found.end - 1;
      } else if (character === '\\') {
        index += 1;
        if (index >= characters.length) {
          throw badPattern(pattern, 'ends in an escape character');
        }
        steps.push(characters[index]);
      } else steps.push(character);
    }
    return new Glob(steps);
  }

  /** True when the whole path fits. */
  matches(path: string): boolean {
    if (!path.startsWith(this.#start)) return false;
    this.#active.fill(0);
    this.#within.fill(0);
    this.#active[0] = 1;
    this.#skip();
    for (const character of path) {
      if (!this.#advance(character)) return false;
      [this.#active, this.#nextActive] = [this.#nextActive, this.#active];
      [this.#within, this.#nextWithin] = [this.#nextWithin, this.#within];
      this.#skip();
    }
    return this.#active[this.#steps.length] === 1;
  }

  /** Takes one character; false when nothing can fit any more. */
  #advance(character: string): boolean {
    const next = this.#nextActive.fill(0);
    const nextWithin = this.#nextWithin.fill(0);
    let alive = false;
    for (let index = 0; index < this.#steps.length; index += 1) {
      const active = this.#active[index] === 1;
      if (!active && !this.#within[index]) continue;
      const step = this.#steps[index];
      if (step instanceof Repeat) {
        if (step.what === 'folders') {
          nextWithin[index] = 1;
          if (character === '/') next[index + 1] = 1;
        } else if (step.what === 'everything' || character !== '/') {
          next[index] = 1;
        } else continue;
      } else if (active && fits(step, character)) next[index + 1] = 1;
      else continue;
      alive = true;
    }
    return alive;
  }

  /** What is repeated may also be nothing. */
  #skip(): void {
    for (let index = 0; index < this.#steps.length; index += 1) {
      if (this.#active[index] && this.#steps[index] instanceof Repeat) {
        this.#active[index + 1] = 1;
      }
    }
  }
}

function fits(step: Exclude<Step, Repeat>, character: string): boolean {
  if (step === anyCharacter) return character !== '/';
  return typeof step === 'string' ? step === character : step.has(character);
}

function badPattern(pattern: string, reason: string): BuilderError {
  return new BuilderError(
    'validation',
    `the pattern ${quote(
      pattern,
    )} ${reason}; write \\[ or \\\\ for the character itself`,
  );
}
