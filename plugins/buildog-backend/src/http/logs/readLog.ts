import type { RequestHandler } from 'express';
import type { HttpContext } from '../HttpContext';
import { parseNumber } from '../parseInput';
import { findStream } from './findAttempt';

/** Most bytes of one range. */
const MAX_RANGE = 1024 * 1024;

/**
 * `GET …/logs/{container}?offset=&limit=`: bytes as they are stored, with the
 * stream's size and whether it is complete in `X-Log-Size` and
 * `X-Log-Complete`. Empty at and past the end.
 */
export function readLog(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const { key } = await findStream(context, request);
    const { offset = '0', limit = String(MAX_RANGE) } = request.query;
    const from = parseNumber(offset, 'offset');
    const length = parseNumber(limit, 'limit', { min: 1, max: MAX_RANGE });
    // The state first: a stream that is complete now has all its bytes.
    const info = await context.logStore.stat(key);
    const bytes = await context.logStore.read(key, from, length);
    response.set({
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-log-size': String(info?.size ?? 0),
      'x-log-complete': String(info?.complete ?? false),
      'x-log-truncated': String(info?.truncated ?? false),
      'x-log-purged': String(info?.purged ?? false),
    });
    response.end(Buffer.from(bytes));
  };
}
