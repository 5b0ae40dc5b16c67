import { useCallback, useEffect, useRef, useState } from 'react';
import { findLines } from './findLines';
import type { LogDocument } from './LogDocument';

/** Milliseconds without a key after which the search begins. */
const TYPING_PAUSE = 120;

/** What was searched for, what was found, and where the reader is in it. */
export interface LogSearch {
  query: string;
  setQuery(query: string): void;
  /** Numbers of the lines that match, ascending. */
  matches: readonly number[];
  /** Index in `matches`; undefined before the first Enter. */
  active?: number;
  /** Steps to the next (1) or previous (-1) match. */
  move(direction: 1 | -1): number | undefined;
}

/** Searches the whole log, and goes on searching what arrives. */
export function useLogSearch(
  document: LogDocument,
  version: number,
): LogSearch {
  const [query, setQueryState] = useState('');
  const [matches, setMatches] = useState<readonly number[]>([]);
  const [active, setActive] = useState<number>();
  const searched = useRef({ document, query: '', to: 0 });

  useEffect(() => {
    const state = searched.current;
    if (state.query !== query || state.document !== document) {
      searched.current = { document, query, to: 0 };
      setMatches([]);
      setActive(undefined);
    }
    if (!query) {
      return undefined;
    }
    let gone = false;
    const own = searched.current;
    const run = async () => {
      for await (const part of findLines(document, query, { from: own.to })) {
        if (gone) {
          return;
        }
        // The last line may still grow: it is looked at again.
        const end = Math.max(own.to, part.searched - 1);
        const fresh = part.found.filter(line => line < end);
        const open = part.found.filter(line => line >= end);
        own.to = end;
        if (part.found.length > 0) {
          setMatches(previous => [
            ...previous.filter(line => line < (fresh[0] ?? open[0])),
            ...fresh,
            ...open,
          ]);
        }
      }
    };
    // Whoever types wants the last letter searched, not each of them.
    const timer = setTimeout(run, own.to === 0 ? TYPING_PAUSE : 0);
    return () => {
      clearTimeout(timer);
      gone = true;
    };
  }, [document, query, version]);

  const setQuery = useCallback((text: string) => setQueryState(text), []);
  const move = useCallback(
    (direction: 1 | -1) => {
      if (matches.length === 0) {
        return undefined;
      }
      const start = direction === 1 ? -1 : 0;
      const next =
        ((active ?? start) + direction + matches.length) % matches.length;
      setActive(next);
      return matches[next];
    },
    [active, matches],
  );

  return { query, setQuery, matches, active, move };
}
