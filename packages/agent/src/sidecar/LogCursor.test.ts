import * as fc from 'fast-check';
import { GAP_TEXT, LogCursor } from './LogCursor';

function stamp(index: number): string {
  const seconds = String(Math.floor(index / 1000)).padStart(2, '0');
  const fraction = String((index % 1000) * 1_000_000).padStart(9, '0');
  return `2026-11-21T10:00:${seconds}.${fraction}Z`;
}

function logOf(lines: string[], first = 0): Buffer {
  return Buffer.from(
    lines.map((text, index) => `${stamp(first + index)} ${text}\n`).join(''),
  );
}

/** Reads a file up to `end` in chunks of the given sizes. */
function read(
  cursor: LogCursor,
  file: Buffer,
  end: number,
  sizes: number[],
): Buffer {
  const take = cursor.connect();
  const fresh: Buffer[] = [];
  let at = 0;
  for (let index = 0; at < end; index++) {
    const size = sizes.length > 0 ? sizes[index % sizes.length] : end;
    fresh.push(take(file.subarray(at, Math.min(end, at + size))));
    at += size;
  }
  return Buffer.concat(fresh);
}

const lines = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), {
  minLength: 1,
  maxLength: 60,
});
const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 5 });

describe('LogCursor', () => {
  it('loses and repeats nothing, wherever connections end', () => {
    const connection = fc.record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      sizes,
    });
    fc.assert(
      fc.property(
        lines,
        fc.array(connection, { maxLength: 8 }),
        (text, all) => {
          const log = logOf(text);
          const cursor = LogCursor.create();
          const parts = all.map(({ share, sizes: chunks }) =>
            read(cursor, log, Math.floor(log.length * share), chunks),
          );
          parts.push(read(cursor, log, log.length, []));
          expect(Buffer.concat(parts).equals(log)).toBe(true);
          expect(cursor.lost).toBe(false);
        },
      ),
    );
  });

  it('goes on after a rotation with the first newer line, and says so', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 29 }),
        sizes,
        (before, after, overlap, chunks) => {
          const text = (length: number) =>
            Array.from({ length }, (_, index) => `line ${index}`);
          const first = logOf(text(before));
          const shared = Math.min(overlap, before - 1);
          const rotated = logOf(text(after), before - shared);
          const cursor = LogCursor.create();
          read(cursor, first, first.length, chunks);
          const rest = read(cursor, rotated, rotated.length, chunks).toString();
          const fresh = Math.max(0, after - shared);
          const [gap, ...others] = rest.split('\n');
          const wanted = rotated
            .toString()
            .split('\n')
            .slice(-fresh - 1);
          expect([gap, ...others]).toEqual(
            fresh === 0 ? [''] : [`${stamp(before)} ${GAP_TEXT}`, ...wanted],
          );
          expect(cursor.lost).toBe(fresh > 0);
          // From here on it knows the new file.
          expect(read(cursor, rotated, rotated.length, chunks)).toHaveLength(0);
        },
      ),
    );
  });

  it('ends the line it was in when the file is rotated', () => {
    const cursor = LogCursor.create();
    const old = logOf(['first', 'second']);
    read(cursor, old, old.length - 3, []);
    const rest = read(cursor, logOf(['third'], 10), 100, []).toString();
    expect(rest.startsWith(`\n${stamp(10)} ${GAP_TEXT}\n${stamp(10)}`)).toBe(
      true,
    );
  });
});
