import type { RequestHandler, Response } from 'express';
import type { HttpContext } from '../HttpContext';
import { parseNumber } from '../parseInput';
import { findStream } from './findAttempt';

/** Between two heartbeats: below the idle time-outs of common proxies. */
const HEARTBEAT_MS = 15_000;

/**
 * `GET …/logs/{container}/stream`: text/event-stream of `chunk` events
 * (`{offset, bytes}`, base64; the event's id is the offset after it) from
 * `?offset=` or `Last-Event-ID` on, until the log is complete (`complete`
 * event) or the caller's token ends. The client goes on with a fresh token
 * where it stopped.
 */
export function streamLog(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const { caller, key } = await findStream(context, request);
    const resume = request.header('last-event-id') ?? request.query.offset;
    let offset = parseNumber(resume ?? '0', 'offset');

    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, context.stopping]);
    response.on('close', () => ended.abort());
    const expiry = setTimeout(
      () => ended.abort(),
      remainingMs(caller.expiresAt),
    );
    const heartbeat = setInterval(() => send(response, ':\n\n'), HEARTBEAT_MS);
    response.set({
      'content-type': 'text/event-stream',
      // Without no-transform a compressing proxy may hold events back.
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    send(response, ':\n\n');
    try {
      for await (const bytes of context.logs.follow(key, offset, { signal })) {
        const from = offset;
        offset += bytes.length;
        const data = JSON.stringify({
          offset: from,
          bytes: Buffer.from(bytes).toString('base64'),
        });
        if (!send(response, `event: chunk\nid: ${offset}\ndata: ${data}\n\n`)) {
          await drained(response, signal);
        }
      }
      if (!signal.aborted) {
        const info = await context.logStore.stat(key);
        const data = JSON.stringify({
          size: info?.size ?? offset,
          truncated: info?.truncated ?? false,
        });
        send(response, `event: complete\nid: ${offset}\ndata: ${data}\n\n`);
      }
    } catch (error) {
      // Headers are sent: the client sees the end and resumes at its offset.
      context.logger.warn(`A log stream of build ${key.buildId} ended`, {
        error: error instanceof Error ? error.message : String(error),
      });
    } finally {
      clearTimeout(expiry);
      clearInterval(heartbeat);
      response.end();
    }
  };
}

/** Writes and pushes the bytes through compression, where that is in between. */
function send(response: Response, text: string): boolean {
  if (response.writableEnded) return true;
  const open = response.write(text);
  (response as Response & { flush?: () => void }).flush?.();
  return open;
}

function drained(response: Response, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    response.once('drain', resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** At most what a timer can hold. */
function remainingMs(expiresAt: Date | undefined): number {
  const left = expiresAt ? expiresAt.getTime() - Date.now() : Infinity;
  return Math.min(Math.max(left, 0), 2 ** 31 - 1);
}
