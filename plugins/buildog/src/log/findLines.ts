import type { LogDocument } from './LogDocument';
import { withoutColours } from './sanitize';

/** Lines that are looked at together. */
const BATCH = 500;

/**
 * Numbers of the lines from `from` on that contain `query`, without regard to
 * case. Works in slices of `budget` milliseconds between which the page
 * breathes. Most batches are dismissed by one look at their raw text; a line
 * with escape sequences may match only without them, so those are read.
 */
export async function* findLines(
  document: LogDocument,
  query: string,
  options: { from?: number; budget?: number; clock?: () => number } = {},
): AsyncGenerator<{ found: number[]; searched: number }> {
  const { from = 0, budget = 12, clock = () => performance.now() } = options;
  const wanted = query.toLowerCase();
  let found: number[] = [];
  let started = clock();
  let line = from;
  while (line < document.lineCount) {
    const end = Math.min(line + BATCH, document.lineCount);
    const raw = document.rawText(line, end);
    const promising =
      raw.includes('\x1b') ||
      raw.includes('\r') ||
      raw.toLowerCase().includes(wanted);
    for (; promising && line < end; line++) {
      const { text } = document.line(line);
      if (withoutColours(text).toLowerCase().includes(wanted)) {
        found.push(line);
      }
    }
    line = end;
    if (clock() - started > budget) {
      yield { found, searched: line };
      found = [];
      await new Promise(resolve => setTimeout(resolve));
      started = clock();
    }
  }
  yield { found, searched: line };
}
