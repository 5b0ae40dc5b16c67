import * as fc from 'fast-check';
import { LogLineReader } from './logLines';

const bytes = (text: string) => Buffer.from(text);

describe('LogLineReader', () => {
  it('cuts lines, with their place and time', () => {
    const reader = new LogLineReader();
    const stamp = '2026-11-21T10:00:00.123456789Z';
    expect(reader.push(bytes(`${stamp} one\r\n${stamp}\nbare\nhalf`))).toEqual([
      { offset: 0, endOffset: 36, at: stamp, text: 'one' },
      { offset: 36, endOffset: 67, at: stamp, text: '' },
      { offset: 67, endOffset: 72, at: undefined, text: 'bare' },
    ]);
    expect(reader.offset).toBe(76);
    expect(reader.end()).toEqual([
      { offset: 72, endOffset: 76, at: undefined, text: 'half' },
    ]);
    expect(reader.end()).toEqual([]);
  });

  it('gives the same lines however the bytes arrive', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
        (text, sizes) => {
          const all = bytes(`${text}\nend`);
          const whole = new LogLineReader(7);
          const expected = [...whole.push(all), ...whole.end()];
          const reader = new LogLineReader(7);
          const lines = [];
          for (let from = 0, i = 0; from < all.length; i++) {
            const size = sizes[i % sizes.length];
            lines.push(...reader.push(all.subarray(from, from + size)));
            from += size;
          }
          expect([...lines, ...reader.end()]).toEqual(expected);
        },
      ),
    );
  });

  it('keeps no more of a line than people can read', () => {
    const reader = new LogLineReader();
    const megabyte = new Uint8Array(1024 * 1024).fill(0x61);
    for (let i = 0; i < 10; i++) expect(reader.push(megabyte)).toEqual([]);
    const [line] = reader.push(bytes('\n'));
    expect(line.text).toHaveLength(16 * 1024);
    expect(line.endOffset).toBe(10 * 1024 * 1024 + 1);
  });
});
