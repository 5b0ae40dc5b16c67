import fc from 'fast-check';
import { LINE_CAP, LogBuffer } from './LogBuffer';

const bytes = (text: string) => new TextEncoder().encode(text);

function bufferOf(text: string): LogBuffer {
  const buffer = new LogBuffer();
  buffer.append(0, bytes(text));
  return buffer;
}

it('splits timestamps from text', () => {
  const buffer = bufferOf(
    '2026-11-20T10:58:12.118000000Z hello\n2026-11-20T10:58:13+01:00 \nno time\n',
  );
  expect([0, 1, 2].map(i => buffer.line(i))).toEqual([
    { time: '2026-11-20T10:58:12.118000000Z', text: 'hello', hiddenBytes: 0 },
    { time: '2026-11-20T10:58:13+01:00', text: '', hiddenBytes: 0 },
    { time: undefined, text: 'no time', hiddenBytes: 0 },
  ]);
  expect(buffer.lineCount).toBe(3);
});

it('counts a last line that is still being written', () => {
  const buffer = bufferOf('one\ntw');
  expect(buffer.lineCount).toBe(2);
  buffer.append(6, bytes('o\n'));
  expect(buffer.lineCount).toBe(2);
  expect(buffer.line(1).text).toBe('two');
});

it('cuts long lines, and gives them whole on demand', () => {
  const buffer = bufferOf(`${'x'.repeat(LINE_CAP + 100)}\nnext\n`);
  expect(buffer.line(0).hiddenBytes).toBe(100);
  expect(buffer.line(0).text).toHaveLength(LINE_CAP);
  expect(buffer.line(0, { whole: true }).text).toHaveLength(LINE_CAP + 100);
});

it('shows invalid UTF-8 as replacement characters', () => {
  const buffer = new LogBuffer();
  buffer.append(0, Uint8Array.from([0x61, 0xff, 0xc3, 0x0a]));
  expect(buffer.line(0).text).toBe('a\ufffd\ufffd');
});

it('takes overlaps once and refuses gaps', () => {
  const buffer = bufferOf('abc\n');
  expect(buffer.append(2, bytes('c\nd\n'))).toBe(true);
  expect(buffer.append(0, bytes('abc\n'))).toBe(true);
  expect(buffer.append(99, bytes('x'))).toBe(false);
  expect([buffer.size, buffer.lineCount, buffer.line(1).text]).toEqual([
    6,
    2,
    'd',
  ]);
});

it('holds the same text however it is cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('a', 'é', '😀', '\n', ' '),
        maxLength: 80,
      }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (text, cuts) => {
        const all = bytes(text);
        const buffer = new LogBuffer();
        let at = 0;
        for (let i = 0; at < all.length; i++) {
          const chunk = all.subarray(at, at + cuts[i % cuts.length]);
          buffer.append(at, chunk);
          at += chunk.length;
        }
        const expected = text.split('\n');
        if (expected[expected.length - 1] === '') {
          expected.pop();
        }
        expect(buffer.lineCount).toBe(expected.length);
        expect(expected.map((_, i) => buffer.line(i).text)).toEqual(expected);
        expected.forEach((_, i) => {
          const offset = bytes(
            expected
              .slice(0, i)
              .map(l => `${l}\n`)
              .join(''),
          ).length;
          expect(buffer.lineAt(offset)).toBe(i);
        });
      },
    ),
  );
});
