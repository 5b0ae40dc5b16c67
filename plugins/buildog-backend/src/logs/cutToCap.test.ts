import fc from 'fast-check';
import { cutToCap, CUT_LINE_BYTES } from './cutToCap';

const now = new Date('2026-01-01T00:00:00Z');

describe('cutToCap', () => {
  it('never goes beyond a cap, and cuts only what does not fit', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.integer({ min: CUT_LINE_BYTES, max: 800 }),
        fc.integer({ min: CUT_LINE_BYTES, max: 800 }),
        fc.nat(200),
        (bytes, streamBytes, buildBytes, stored) => {
          const streamSize = Math.min(
            stored,
            streamBytes - CUT_LINE_BYTES,
            buildBytes - CUT_LINE_BYTES,
          );
          const cut = cutToCap({
            bytes,
            streamSize,
            buildSize: streamSize,
            caps: { streamBytes, buildBytes },
            now,
          });
          const size = streamSize + cut.bytes.length;
          expect(size).toBeLessThanOrEqual(Math.min(streamBytes, buildBytes));
          expect(cut.truncated ? cut.bytes.at(-1) : cut.bytes).toBe(
            cut.truncated ? 10 : bytes,
          );
        },
      ),
    );
  });
});
