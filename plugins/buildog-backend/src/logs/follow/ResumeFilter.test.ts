import fc from 'fast-check';
import { ResumeFilter } from './ResumeFilter';

const at = (second: number, text: string) =>
  `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000000Z ${text}`;

/** Feeds a stream in pieces of that size. */
function pass(
  known: string[],
  partial: boolean,
  stream: string,
  pieceBytes = 7,
): string {
  const filter = new ResumeFilter({
    known: known.map(line => Buffer.from(line)),
    partial,
  });
  let result = '';
  const bytes = Buffer.from(stream);
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const piece = bytes.subarray(start, start + pieceBytes);
    result += Buffer.from(filter.push(piece)).toString();
  }
  return result + Buffer.from(filter.flush()).toString();
}

describe('ResumeFilter', () => {
  const [a, b, c] = [at(1, 'a'), at(1, 'b'), at(2, 'c')];

  it.each([
    ['nothing is known', [], false, `${a}\n${b}\n`, `${a}\n${b}\n`],
    ['all is known', [a, b], false, `${a}\n${b}\n`, ''],
    ['more comes', [a, b], false, `${a}\n${b}\n${c}\n`, `${c}\n`],
    [
      'a line was stored in part',
      [a, b.slice(0, -1)],
      true,
      `${a}\n${b}\n${c}\n`,
      `b\n${c}\n`,
    ],
    [
      'only part of a time was stored',
      [at(1, '').slice(0, 9)],
      true,
      `${a}\n`,
      `${a.slice(9)}\n`,
    ],
    [
      'the stored part is the whole text',
      [b],
      true,
      `${b}\n${c}\n`,
      `\n${c}\n`,
    ],
    [
      'the first known lines were rotated away',
      [a, b],
      false,
      `${b}\n${c}\n`,
      `${c}\n`,
    ],
    [
      'the stream ends inside a known line',
      [a, b],
      false,
      `${a}\n${b.slice(0, 8)}`,
      '',
    ],
    [
      'the stream ends inside a new line',
      [a],
      false,
      `${a}\n${c.slice(0, 33)}`,
      c.slice(0, 33),
    ],
    [
      'the stream ends inside the partial line',
      [b.slice(0, 31)],
      true,
      b,
      b.slice(31),
    ],
    [
      'a line of ours stands between',
      [a, at(1, '[buildog] note'), b],
      false,
      `${a}\n${b}\n${c}\n`,
      `${c}\n`,
    ],
  ])('when %s', (_, known, partial, stream, fresh) => {
    for (const pieceBytes of [1, 7, 1000]) {
      expect(pass(known, partial, stream, pieceBytes)).toBe(fresh);
    }
  });

  it('says where output is missing', () => {
    const note = at(
      2,
      '[buildog] Output is missing here: the node had rotated it away.',
    );
    expect(pass([a, b], false, `${c}\n`)).toBe(`${note}\n${c}\n`);
    expect(pass([a, b.slice(0, -1)], true, `${c}\n`)).toBe(`\n${note}\n${c}\n`);
  });

  it('makes of any cut the whole again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.integer({ min: 1, max: 40 }),
        (texts, cutAt, pieceBytes) => {
          const lines = texts.map((text, index) =>
            at(3, `${index} ${text.replaceAll('\n', ' ')}`),
          );
          const stream = Buffer.from(lines.map(line => `${line}\n`).join(''));
          const cut = cutAt % (stream.length + 1);
          const stored = stream.subarray(0, cut);
          const known = stored.toString('latin1').split('\n');
          const partial = known.at(-1) !== '';
          const filter = new ResumeFilter({
            known: (partial ? known : known.slice(0, -1)).map(line =>
              Buffer.from(line, 'latin1'),
            ),
            partial,
          });
          const fresh: Uint8Array[] = [];
          for (let start = 0; start < stream.length; start += pieceBytes) {
            fresh.push(filter.push(stream.subarray(start, start + pieceBytes)));
          }
          fresh.push(filter.flush());
          expect(Buffer.concat([stored, ...fresh]).toString('latin1')).toBe(
            stream.toString('latin1'),
          );
        },
      ),
    );
  });

  it('takes a line of tens of megabytes in small pieces in its stride', () => {
    const filter = new ResumeFilter({ known: [Buffer.from(a)], partial: true });
    const piece = Buffer.alloc(4096, 'x');
    filter.push(Buffer.from(a));
    const began = performance.now();
    for (let count = 0; count < 8_000; count++) filter.push(piece);
    expect(filter.push(Buffer.from('\n')).length).toBe(8_000 * 4096 + 1);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
