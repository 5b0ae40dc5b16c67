import { isUtf8 } from 'node:buffer';

const FIRST_ESCAPE = 0xdc80;
const LAST_ESCAPE = 0xdcff;
const loneSurrogate = /\p{Surrogate}/u;

/**
 * Text of a file name. Names on Linux are bytes: those that are no UTF-8 become
 * lone surrogates (U+DC80…U+DCFF, one for each byte that fits nowhere), so that
 * every name survives the way to text and back.
 */
export function nameFromBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let start = 0; start < bytes.length; ) {
    const end = start + lengthOfCharacter(bytes, start);
    const part = bytes.subarray(start, end);
    text += isUtf8(part)
      ? part.toString('utf8')
      : [...part]
          .map(byte => String.fromCharCode(FIRST_ESCAPE - 0x80 + byte))
          .join('');
    start = end;
  }
  return text;
}

/** The bytes of a name that {@link nameFromBytes} gave. */
export function bytesFromName(name: string): Buffer {
  if (!loneSurrogate.test(name)) return Buffer.from(name, 'utf8');
  const parts: Buffer[] = [];
  for (const character of name) {
    const code = character.charCodeAt(0);
    const escaped =
      character.length === 1 && code >= FIRST_ESCAPE && code <= LAST_ESCAPE;
    parts.push(
      escaped
        ? Buffer.from([code - FIRST_ESCAPE + 0x80])
        : Buffer.from(character, 'utf8'),
    );
  }
  return Buffer.concat(parts);
}

/** A path as the functions of `node:fs` take it. */
export function fsPath(path: string): string | Buffer {
  return loneSurrogate.test(path) ? bytesFromName(path) : path;
}

/** Bytes from `start` that are one character, or 1 when they are none. */
function lengthOfCharacter(bytes: Buffer, start: number): number {
  const first = bytes[start];
  let length = 1;
  if (first >= 0xf0) length = 4;
  else if (first >= 0xe0) length = 3;
  else if (first >= 0xc0) length = 2;
  const whole = bytes.subarray(start, start + length);
  return whole.length === length && isUtf8(whole) ? length : 1;
}
