import { pipeline } from 'node:stream/promises';
import type { Digest } from '../digest/Digest';
import { parseRange } from './byteRange';
import { Exchange, sendEmpty, wrongMethod } from './Exchange';
import { RegistryFault } from './RegistryFault';

/** `HEAD`, `GET` (with `Range`) and `DELETE` of a blob. */
export async function serveBlob(
  exchange: Exchange,
  repository: string,
  digest: Digest,
): Promise<void> {
  const { store, method, response } = exchange;
  switch (method) {
    case 'HEAD': {
      const size = await store.blobs.find(repository, digest);
      if (size === undefined) throw unknownBlob();
      response.writeHead(200, headersOf(digest, size)).end();
      return;
    }
    case 'GET':
      await sendBlob(exchange, repository, digest);
      return;
    case 'DELETE':
      if (!(await store.blobs.remove(repository, digest))) throw unknownBlob();
      sendEmpty(response, 202);
      return;
    default:
      throw wrongMethod('GET, HEAD, DELETE');
  }
}

async function sendBlob(
  { store, request, response }: Exchange,
  repository: string,
  digest: Digest,
): Promise<void> {
  const file = await store.blobs.open(repository, digest);
  if (!file) throw unknownBlob();
  try {
    const { size, handle } = file;
    const range = parseRange(request.headers.range, size);
    if (range === 'unsatisfiable') {
      throw new RegistryFault(416, 'RANGE_INVALID', 'the blob is not so long', {
        'content-range': `bytes */${size}`,
      });
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    response.writeHead(range ? 206 : 200, {
      ...headersOf(digest, end - start + 1),
      ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
    });
    if (size === 0) {
      response.end();
      return;
    }
    // Content never changes, so what was opened is what is sent, deleted or not.
    await pipeline(
      handle.createReadStream({
        start,
        end,
        autoClose: false,
        highWaterMark: 256 * 1024,
      }),
      response,
    );
  } finally {
    await file.handle.close();
  }
}

function headersOf(digest: Digest, length: number) {
  return {
    'content-type': 'application/octet-stream',
    'content-length': length,
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    etag: `"${digest}"`,
  };
}

function unknownBlob(): RegistryFault {
  return new RegistryFault(
    404,
    'BLOB_UNKNOWN',
    'this repository has no such blob',
  );
}
