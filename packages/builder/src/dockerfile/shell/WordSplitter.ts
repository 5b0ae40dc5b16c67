import { isSpace } from '../text/whitespace';

/**
 * Collects words while text is expanded: white space ends a word unless it was
 * quoted or escaped. Quotes around nothing do not make a word.
 */
export class WordSplitter {
  readonly #words: string[] = [];
  #current = '';

  /** Adds text whose white space separates words. */
  add(text: string): void {
    for (const character of text) {
      if (isSpace(character)) this.#end();
      else this.#current += character;
    }
  }

  /** Adds text as it stands. */
  addRaw(text: string): void {
    this.#current += text;
  }

  /** All words, the last one included. */
  finish(): string[] {
    this.#end();
    return this.#words;
  }

  #end(): void {
    if (this.#current !== '') this.#words.push(this.#current);
    this.#current = '';
  }
}
