import type { LogDocument } from './LogDocument';
import { withoutColours } from './sanitize';

/**
 * Numbers of the lines from `from` up to `to` that contain `query`, without
 * regard to case. Works in slices of `budget` milliseconds between which the
 * page breathes.
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
  for (; line < document.lineCount; line++) {
    if (
      withoutColours(document.line(line).text).toLowerCase().includes(wanted)
    ) {
      found.push(line);
    }
    if (clock() - started > budget) {
      yield { found, searched: line + 1 };
      found = [];
      await new Promise(resolve => setTimeout(resolve));
      started = clock();
    }
  }
  yield { found, searched: line };
}
