/**
 * How Go prints values with `%q` and `%v`. Image histories of BuildKit are made
 * with it, and ours read the same so that images can be compared.
 */
const escapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function escape(character: string, quote: string): string {
  if (character === quote) return `\\${quote}`;
  if (Object.hasOwn(escapes, character)) return escapes[character];
  if (printable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = (length: number) => code.toString(16).padStart(length, '0');
  if (code < 0x20 || code === 0x7f) return `\\x${hex(2)}`;
  return code > 0xffff ? `\\U${hex(8)}` : `\\u${hex(4)}`;
}

/** A string with `%q`: in double quotes. */
export function goQuote(text: string): string {
  return `"${Array.from(text, one => escape(one, '"')).join('')}"`;
}

/** A list of strings with `%q`. */
export function goQuoteList(list: readonly string[]): string {
  return `[${list.map(goQuote).join(' ')}]`;
}

/** A number with `%q`: the character with that code, in single quotes. */
export function goQuoteRune(code: number): string {
  const valid = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return `'${escape(valid ? String.fromCodePoint(code) : '\ufffd', "'")}'`;
}

const units = [
  ['ms', 1e6],
  ['µs', 1e3],
  ['ns', 1],
] as const;

/** Nanoseconds as Go's `time.Duration` prints them: `1m30s`, `500ms`, `0s`. */
export function goDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  const total = BigInt(Math.trunc(nanoseconds));
  if (total < 1_000_000_000n) {
    const [unit, size] =
      units.find(([, least]) => nanoseconds >= least) ?? units[2];
    return `${nanoseconds / size}${unit}`;
  }
  const seconds = total / 1_000_000_000n;
  const fraction = (total % 1_000_000_000n)
    .toString()
    .padStart(9, '0')
    .replace(/0+$/, '');
  const rest = `${seconds % 60n}${fraction && `.${fraction}`}s`;
  const minutes = seconds / 60n;
  if (minutes === 0n) return rest;
  const hours = minutes / 60n;
  return hours === 0n
    ? `${minutes}m${rest}`
    : `${hours}h${minutes % 60n}m${rest}`;
}
