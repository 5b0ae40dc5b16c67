import { cutBlanks, isSpace, trimSpace } from '../text/whitespace';

/** An instruction cut into its name, its flags and everything else. */
export interface SplitStatement {
  readonly name: string;
  /** `--name=value`, without quotes. */
  readonly flags: readonly string[];
  readonly rest: string;
}

/** Cuts a joined line. Flags end at the first word without `--`, or at a lone `--`. */
export function splitStatement(line: string, escape: string): SplitStatement {
  const [name, text] = cutBlanks(trimSpace(line));
  if (text === undefined) return { name, flags: [], rest: '' };
  const flags: string[] = [];
  let position = 0;
  for (;;) {
    while (position < text.length && isSpace(text[position])) position += 1;
    if (!text.startsWith('--', position)) break;
    const word = readFlag(text, position, escape);
    position = word.end;
    if (word.text === '--') break;
    if (word.text !== '') flags.push(word.text);
  }
  return { name, flags, rest: trimSpace(text.slice(position)) };
}

function readFlag(
  text: string,
  start: number,
  escape: string,
): { text: string; end: number } {
  let word = '';
  let quote = '';
  let position = start;
  for (; position < text.length; position += 1) {
    const character = text[position];
    if (quote === '' && isSpace(character)) break;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else if (character === escape) {
      position += 1;
      word += text[position] ?? '';
    } else word += character;
  }
  return { text: word, end: position };
}
