/**
 * White space as BuildKit sees it (Unicode's `White_Space`), which differs from
 * JavaScript's `\s` in U+0085 and U+FEFF.
 */
const space =
  /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** True for one character of white space. */
export function isSpace(character: string): boolean {
  return character.length === 1 && space.test(character);
}

/** Removes white space at the start. */
export function trimStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text[start])) start += 1;
  return text.slice(start);
}

/** Removes white space at both ends. */
export function trimSpace(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end -= 1;
  return trimStart(text.slice(0, end));
}

const blanks = /[\t\v\f\r ]+/g;

/**
 * Splits at runs of blanks, which are fewer characters than white space: the
 * no-break space, for example, belongs to a word.
 */
export function splitBlanks(text: string): string[] {
  return text.split(blanks);
}

/** What stands before the first run of blanks, and what comes after it; undefined when there is none. */
export function cutBlanks(text: string): [string, string | undefined] {
  blanks.lastIndex = 0;
  const match = blanks.exec(text);
  if (!match) return [text, undefined];
  return [
    text.slice(0, match.index),
    text.slice(match.index + match[0].length),
  ];
}
