import { isSpace } from '../text/whitespace';

/**
 * Splits text into words as `ENV`, `LABEL` and `ARG` do. Quotes and escapes
 * keep white space inside a word and stay where they are: expansion removes
 * them.
 */
export function parseWords(text: string, escape: string): string[] {
  const words: string[] = [];
  const characters = Array.from(text);
  let word = '';
  let quote = '';
  let inWord = false;
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index];
    if (quote === '' && isSpace(character)) {
      if (inWord && word !== '') words.push(word);
      word = '';
      inWord = false;
      continue;
    }
    inWord = true;
    if (character === escape && quote !== "'") {
      const next = characters[index + 1];
      if (next === undefined) break;
      word += character + next;
      index += 1;
      continue;
    }
    if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else if (character === quote) quote = '';
    word += character;
  }
  if (word !== '') words.push(word);
  return words;
}
