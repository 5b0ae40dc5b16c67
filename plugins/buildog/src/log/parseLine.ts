import Anser from 'anser';

/** A run of characters with one look. Becomes a React span, never HTML. */
export interface LogSpan {
  text: string;
  /** `r, g, b` as the program chose it; the page maps it to its palette. */
  colour?: string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  /** Set for http and https addresses only. */
  href?: string;
}

const LINK = /https?:\/\/[^\s"'<>`]+/g;
const TRAILING = /[).,;:!?\]}]+$/;

function withLinks(span: LogSpan): LogSpan[] {
  const spans: LogSpan[] = [];
  let at = 0;
  for (const match of span.text.matchAll(LINK)) {
    const href = match[0].replace(TRAILING, '');
    const start = match.index ?? 0;
    if (start > at) {
      spans.push({ ...span, text: span.text.slice(at, start) });
    }
    spans.push({ ...span, text: href, href });
    at = start + href.length;
  }
  if (at < span.text.length) {
    spans.push({ ...span, text: span.text.slice(at) });
  }
  return spans;
}

/**
 * Splits a sanitised line into spans. Background colours, blinking and
 * concealment are left out: a log must stay readable whatever it asks for.
 */
export function parseLine(text: string): LogSpan[] {
  return Anser.ansiToJson(text, { json: true, remove_empty: true }).flatMap(
    ({ content, fg, decorations }) =>
      withLinks({
        text: content,
        ...(fg && { colour: fg }),
        ...(decorations.some(d => d === 'bold' || d === 'reverse') && {
          bold: true,
        }),
        ...(decorations.includes('dim') && { dim: true }),
        ...(decorations.includes('italic') && { italic: true }),
        ...(decorations.includes('underline') && { underline: true }),
      }),
  );
}

/**
 * Cuts the spans where `query` occurs, so that matches can be marked.
 * Letters are compared without case.
 */
export function markMatches(
  spans: LogSpan[],
  query: string,
): (LogSpan & { match?: boolean })[] {
  const wanted = query.toLowerCase();
  if (!wanted) {
    return spans;
  }
  const haystack = spans
    .map(span => span.text)
    .join('')
    .toLowerCase();
  const edges: number[] = [];
  for (
    let at = haystack.indexOf(wanted);
    at >= 0;
    at = haystack.indexOf(wanted, at + wanted.length)
  ) {
    edges.push(at, at + wanted.length);
  }
  const result: (LogSpan & { match?: boolean })[] = [];
  let offset = 0;
  let edge = 0; // Even: the next edge begins a match. Odd: it ends one.
  for (const span of spans) {
    const end = offset + span.text.length;
    let from = offset;
    while (from < end) {
      const to = Math.min(edges[edge] ?? end, end);
      if (to > from) {
        const text = span.text.slice(from - offset, to - offset);
        result.push({ ...span, text, match: edge % 2 === 1 });
        from = to;
      }
      if (to === edges[edge]) {
        edge++;
      }
    }
    offset = end;
  }
  return result;
}
