import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import type { LogStore } from '@buildog/plugin-buildog-node';
import { logSecond } from './logTime';

/** Where to go on with a stream. */
export interface ResumePoint {
  /** Bytes stored. */
  offset: number;
  /** Ask for output from here; everything when absent. */
  since?: Date;
  /**
   * The stored lines that will come again, in order, without line ends. The
   * last one may be a line that was stored only in part.
   */
  known: Uint8Array[];
  /** The last stored line lacks its end. */
  partial: boolean;
}

const BLOCK = 64 * 1024;

/**
 * Reads the end of what is stored. The kubelet takes whole seconds, so all
 * lines of the last second come again; lines of two streams may stand a
 * little out of order, so the search goes back two seconds.
 *
 * @param offset - bytes that are stored
 */
export async function resumePoint(
  store: LogStore,
  key: LogStreamKey,
  offset: number,
): Promise<ResumePoint> {
  // Twice as much each time: a single line may be as long as the whole log.
  for (let window = BLOCK; offset > 0; window *= 2) {
    const start = Math.max(0, offset - window);
    const tail = await store.read(key, start, offset - start);
    const lines = splitLines(tail, start > 0);
    const seconds = lines.map(logSecond);
    const last = seconds.findLast(second => second !== undefined);
    const partial = tail.at(-1) !== 10;
    if (start === 0 && last === undefined) {
      // Not even one time was stored: everything comes again.
      return { offset, known: lines, partial };
    }
    if (
      last !== undefined &&
      (start === 0 || seconds.some(second => (second ?? last) < last - 1))
    ) {
      return {
        offset,
        since: new Date(last * 1000),
        // A line without a time is the rest of one that was cut.
        known: lines.filter((_, index) => (seconds[index] ?? last) >= last),
        partial,
      };
    }
  }
  return { offset, known: [], partial: false };
}

/** @param cut - The first line begins before the bytes: it is left out. */
function splitLines(bytes: Uint8Array, cut: boolean): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(10, start);
    if (end < 0) break;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  if (start < bytes.length) lines.push(bytes.subarray(start));
  return cut ? lines.slice(1) : lines;
}
