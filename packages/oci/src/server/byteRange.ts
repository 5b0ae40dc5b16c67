/** A part of a blob, both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a `Range` header (RFC 9110, section 14) for content of `size` bytes.
 *
 * @returns the range; `undefined` where all of the content is to be sent
 * (no header, another unit, several ranges); `'unsatisfiable'` for 416
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  if (match[1] === '') {
    const length = Math.min(Number(match[2]), size);
    if (length === 0) return 'unsatisfiable';
    return { start: size - length, end: size - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (match[2] !== '' && Number(match[2]) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}

/**
 * Reads the `Content-Range` of a chunk: `<start>-<end>` (distribution
 * specification, "Pushing a blob in chunks"), with or without `bytes `.
 *
 * @returns `'invalid'` for what is no range
 */
export function parseContentRange(
  header: string | undefined,
): ByteRange | 'invalid' | undefined {
  if (header === undefined) return undefined;
  const match = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d+|\*))?$/.exec(
    header.trim(),
  );
  if (!match) return 'invalid';
  const [start, end] = [Number(match[1]), Number(match[2])];
  return end < start ? 'invalid' : { start, end };
}
