/** Lines a permalink points to, from 1, both included. */
export interface LogAnchor {
  from: number;
  to: number;
}

const ANCHOR = /^#L(\d{1,9})(?:-L(\d{1,9}))?$/;

/** Reads `#L120` or `#L120-L140`; anything else is no permalink. */
export function parseLogAnchor(hash: string): LogAnchor | undefined {
  const match = ANCHOR.exec(hash);
  if (!match) {
    return undefined;
  }
  const first = Number(match[1]);
  const second = Number(match[2] ?? match[1]);
  return first > 0 && second > 0
    ? { from: Math.min(first, second), to: Math.max(first, second) }
    : undefined;
}

/** The inverse of {@link parseLogAnchor}. */
export function formatLogAnchor({ from, to }: LogAnchor): string {
  return from === to ? `#L${from}` : `#L${from}-L${to}`;
}
