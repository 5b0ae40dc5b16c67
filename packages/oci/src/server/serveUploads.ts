import { parseContentRange } from './byteRange';
import { Exchange, parameter, sendEmpty, wrongMethod } from './Exchange';
import { RegistryFault } from './RegistryFault';
import { checkDigest, checkName } from './route';

/**
 * `POST` that opens an upload, mounts a blob of another repository, or carries
 * the whole blob.
 */
export async function serveUploads(
  exchange: Exchange,
  repository: string,
): Promise<void> {
  const { store, request, response, method } = exchange;
  if (method !== 'POST') throw wrongMethod('POST');
  const mount = parameter(exchange, 'mount');
  const from = parameter(exchange, 'from');
  if (mount !== undefined && from !== undefined) {
    const digest = checkDigest(mount);
    if (await store.blobs.mount(checkName(from), repository, digest)) {
      sendEmpty(response, 201, created(repository, digest));
      return;
    }
  }
  const whole = parameter(exchange, 'digest');
  const digest = whole === undefined ? undefined : checkDigest(whole);
  const id = await store.uploads.start(repository);
  if (digest === undefined) {
    sendEmpty(response, 202, progress(repository, id, 0));
    return;
  }
  try {
    await store.uploads.finish(repository, id, digest, request);
  } catch (error) {
    // Nobody knows this upload, so nobody can go on with it.
    await store.uploads.cancel(repository, id).catch(() => undefined);
    throw error;
  }
  sendEmpty(response, 201, created(repository, digest));
}

/** `GET`, `PATCH`, `PUT` and `DELETE` of an upload. */
export async function serveUpload(
  exchange: Exchange,
  repository: string,
  id: string,
): Promise<void> {
  const { store, request, response, method } = exchange;
  const { uploads } = store;
  switch (method) {
    case 'GET': {
      const offset = await uploads.offset(repository, id);
      sendEmpty(response, 204, progress(repository, id, offset));
      return;
    }
    case 'PATCH': {
      const range = contentRange(exchange);
      const offset = await uploads.append(repository, id, request, range);
      sendEmpty(response, 202, progress(repository, id, offset));
      return;
    }
    case 'PUT': {
      const digest = checkDigest(parameter(exchange, 'digest') ?? '');
      const range = contentRange(exchange);
      await uploads.finish(repository, id, digest, request, range);
      sendEmpty(response, 201, created(repository, digest));
      return;
    }
    case 'DELETE':
      await uploads.cancel(repository, id);
      sendEmpty(response, 204);
      return;
    default:
      throw wrongMethod('GET, PATCH, PUT, DELETE');
  }
}

function contentRange({ request }: Exchange) {
  const range = parseContentRange(request.headers['content-range']);
  if (range !== 'invalid') return range;
  throw new RegistryFault(
    400,
    'BLOB_UPLOAD_INVALID',
    'Content-Range is not <first byte>-<last byte>',
  );
}

function progress(repository: string, id: string, offset: number) {
  return {
    location: `/v2/${repository}/blobs/uploads/${id}`,
    // The specification has no range for nothing; registries agree on this one.
    range: `0-${Math.max(offset - 1, 0)}`,
    'docker-upload-uuid': id,
  };
}

function created(repository: string, digest: string) {
  return {
    location: `/v2/${repository}/blobs/${digest}`,
    'docker-content-digest': digest,
  };
}
