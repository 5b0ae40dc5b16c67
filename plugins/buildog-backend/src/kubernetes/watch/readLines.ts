import type { IncomingMessage } from 'node:http';

/**
 * The lines of a watch. Gives up when nothing at all came for `silenceMs`: a
 * connection can die without a word, and bookmarks come every minute.
 *
 * @throws Error `silent`, or the connection's own.
 */
export async function* readLines(
  body: IncomingMessage,
  silenceMs: number,
): AsyncGenerator<string> {
  const watchdog = setTimeout(
    () =>
      body.destroy(
        new Error(`the watch was silent for ${Math.round(silenceMs / 1000)} s`),
      ),
    silenceMs,
  );
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      watchdog.refresh();
      rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      for (;;) {
        const end = rest.indexOf(10);
        if (end < 0) break;
        yield rest.toString('utf8', 0, end);
        rest = rest.subarray(end + 1);
      }
    }
  } finally {
    clearTimeout(watchdog);
    body.destroy();
  }
}
