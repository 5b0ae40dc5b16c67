import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import type { LogStore } from '@buildog/plugin-buildog-node';
import type { RequestHandler } from 'express';
import type { HttpContext } from '../HttpContext';
import { RequestError } from '../RequestError';
import { findStream } from './findAttempt';
import { stripTimestamps } from './stripTimestamps';

const PIECE_BYTES = 256 * 1024;

/** `GET …/logs/{container}/download?timestamps=false`: what is stored now, as a text file. */
export function downloadLog(context: HttpContext): RequestHandler {
  return async (request, response) => {
    const { key } = await findStream(context, request);
    const { timestamps = 'true' } = request.query;
    if (timestamps !== 'true' && timestamps !== 'false') {
      throw new RequestError('InputError', 'timestamps is true or false', {
        code: 'InvalidField',
        field: 'timestamps',
      });
    }
    const info = await context.logStore.stat(key);
    if (!info || info.purged) {
      throw new RequestError(
        'NotFoundError',
        info ? 'The log was removed by retention.' : 'There is no such log.',
        { code: info ? 'LogPurged' : 'NotFound' },
      );
    }
    response.set({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${key.attemptId}-${key.container}.log"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const pieces = readAll(context.logStore, key, info.size);
    await pipeline(
      Readable.from(timestamps === 'true' ? pieces : stripTimestamps(pieces), {
        objectMode: false,
      }),
      response,
    );
  };
}

async function* readAll(
  store: LogStore,
  key: LogStreamKey,
  size: number,
): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < size; ) {
    const bytes = await store.read(
      key,
      offset,
      Math.min(PIECE_BYTES, size - offset),
    );
    if (bytes.length === 0) return;
    offset += bytes.length;
    yield bytes;
  }
}
