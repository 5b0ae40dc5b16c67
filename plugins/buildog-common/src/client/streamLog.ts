import type { LogPosition, LogStreamEvent } from '../api/BuildogApi';
import { readEventStream } from './readEventStream';

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 8_000;
const POLL_MS = 1_000;
/** Streams that ended this often without an event are not let through. */
const SILENT_STREAMS_BEFORE_POLLING = 3;

/** How to reach one stream. */
export interface LogSource {
  /** A text/event-stream of `chunk` and `complete` events from `offset` on. */
  openStream(offset: number, signal: AbortSignal): Promise<Response>;
  readRange(
    offset: number,
  ): Promise<{ bytes: Uint8Array; size: number; complete: boolean }>;
}

/**
 * Everything of a stream from an offset on, in order, with nothing lost or
 * repeated: after a break it goes on at the byte where it stopped. Where
 * event streams do not get through (a proxy that buffers), it reads ranges
 * once a second. Errors that a retry cannot mend (4xx) are thrown.
 */
export async function* streamLog(
  source: LogSource,
  position: LogPosition,
  options: { signal?: AbortSignal; onReconnect?: (at: Date) => void } = {},
): AsyncGenerator<LogStreamEvent> {
  const signal = options.signal ?? new AbortController().signal;
  let offset = position.offset ?? 0;
  let delay = FIRST_DELAY_MS;
  let silent = 0;

  while (!signal.aborted) {
    let events = 0;
    try {
      const live =
        silent < SILENT_STREAMS_BEFORE_POLLING
          ? fromStream(source, position.container, offset, signal)
          : fromRange(source, position.container, offset);
      for await (const event of live) {
        events++;
        delay = FIRST_DELAY_MS;
        if (event.type === 'chunk') {
          if (event.offset !== offset) break;
          offset += event.bytes.length;
        }
        yield event;
        if (event.type === 'complete') return;
      }
      silent = events > 0 ? 0 : silent + 1;
    } catch (error) {
      if (signal.aborted) return;
      if (isFinal(error)) throw error;
      options.onReconnect?.(new Date());
    }
    if (signal.aborted) return;
    await pause(
      silent < SILENT_STREAMS_BEFORE_POLLING ? jitter(delay) : POLL_MS,
      signal,
    );
    delay = Math.min(delay * 2, MAX_DELAY_MS);
  }
}

async function* fromStream(
  source: LogSource,
  container: string,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<LogStreamEvent> {
  const response = await source.openStream(offset, signal);
  if (!response.body) return;
  for await (const { event, data } of readEventStream(response.body)) {
    const fields = JSON.parse(data);
    if (event === 'chunk') {
      yield {
        type: 'chunk',
        container,
        offset: fields.offset,
        bytes: fromBase64(fields.bytes),
      };
    } else if (event === 'complete') {
      yield {
        type: 'complete',
        size: fields.size,
        truncated: fields.truncated,
      };
    }
  }
}

async function* fromRange(
  source: LogSource,
  container: string,
  from: number,
): AsyncGenerator<LogStreamEvent> {
  let offset = from;
  for (;;) {
    const { bytes, size, complete } = await source.readRange(offset);
    if (bytes.length > 0) {
      yield { type: 'chunk', container, offset, bytes };
      offset += bytes.length;
    }
    if (offset < size) continue;
    if (complete) yield { type: 'complete', size, truncated: false };
    return;
  }
}

function isFinal(error: unknown): boolean {
  const { status, statusCode } = error as {
    status?: number;
    statusCode?: number;
  };
  const code = status ?? statusCode ?? 0;
  return code >= 400 && code < 500 && code !== 408 && code !== 429;
}

function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  // A loop, because `Uint8Array.from` takes 20 times as long on a big log.
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function jitter(ms: number): number {
  return ms / 2 + Math.random() * (ms / 2);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
