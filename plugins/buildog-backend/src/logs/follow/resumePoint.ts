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
 */
export async function resumePoint(
  store: LogStore,
  key: LogStreamKey,
): Promise<ResumePoint> {
  const offset = (await store.stat(key))?.size ?? 0;
  let tail: Uint8Array = new Uint8Array();
  for (let start = offset; start > 0; ) {
    const from = Math.max(0, start - BLOCK);
    const block = await store.read(key, from, start - from);
    tail = Buffer.concat([block, tail]);
    start = from;
    const lines = splitLines(tail, start > 0);
    const seconds = lines.map(logSecond);
    const last = seconds.findLast(second => second !== undefined);
    if (last === undefined) {
      if (start > 0) continue;
      // Not even one time was stored: everything comes again.
      return { offset, known: lines, partial: tail.at(-1) !== 10 };
    }
    const farEnough = seconds.some(
      second => second !== undefined && second < last - 1,
    );
    if (farEnough || start === 0) {
      return {
        offset,
        since: new Date(last * 1000),
        // A line without a time is the rest of one that was cut.
        known: lines.filter((_, index) => (seconds[index] ?? last) >= last),
        partial: tail.at(-1) !== 10,
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
