const SPACE = 0x20;
const LINE_FEED = 0x0a;

/**
 * Removes the timestamp from each line of a log: everything up to the first
 * space. Works on bytes, so that nothing a build printed can confuse it, and
 * holds no line, however long, in memory.
 */
export async function* stripTimestamps(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let inTimestamp = true;
  for await (const piece of pieces) {
    const kept = Buffer.alloc(piece.length);
    let length = 0;
    for (const byte of piece) {
      if (!inTimestamp) {
        kept[length++] = byte;
        inTimestamp = byte === LINE_FEED;
      } else if (byte === SPACE) {
        inTimestamp = false;
      }
    }
    yield kept.subarray(0, length);
  }
}
