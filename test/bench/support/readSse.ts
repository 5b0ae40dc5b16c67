/** One event of a log stream, with the time its bytes arrived. */
export interface StreamedEvent {
  event: string;
  data: { offset?: number; bytes?: string };
  /** Milliseconds since 1970. */
  at: number;
}

/**
 * Reads a `text/event-stream` as a browser does.
 *
 * @param now - the clock for {@link StreamedEvent.at}
 * @throws Error when the answer is not 200.
 */
export async function* readSse(
  url: string,
  token: string,
  now: () => number,
): AsyncGenerator<StreamedEvent> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
  });
  if (!response.ok || !response.body) {
    throw new Error(`${url}: ${response.status} ${await response.text()}`);
  }
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body) {
    const at = now();
    const events = (rest + decoder.decode(chunk, { stream: true })).split(
      '\n\n',
    );
    rest = events.pop() ?? '';
    for (const text of events) {
      const field = (name: string) =>
        new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1];
      const event = field('event');
      if (event) yield { event, data: JSON.parse(field('data') ?? '{}'), at };
    }
  }
}
