import { createHash } from 'node:crypto';
import { splitDigest } from '../digest/Digest';
import { errorFromCause } from '../errors/errorFromCause';
import { OciError } from '../errors/OciError';
import { Descriptor } from '../model/Descriptor';
import { waitToRetry } from '../retry/withRetry';
import { RegistryResponse } from '../transport/RegistryResponse';
import { CallOptions } from './callOptions';
import { RegistryEndpoint } from './RegistryEndpoint';

/**
 * A blob, as far as reading it needs to know.
 *
 * @public
 */
export type BlobAddress = Pick<Descriptor, 'digest' | 'size'>;

/** Asks for a blob from `offset` on. */
export function openBlob(
  endpoint: RegistryEndpoint,
  repository: string,
  blob: BlobAddress,
  offset: number,
  options: CallOptions & { readonly retry?: boolean },
): Promise<RegistryResponse> {
  return endpoint.request({
    method: 'GET',
    target: `blobs/${blob.digest}`,
    repository,
    actions: ['pull'],
    headers: offset > 0 ? { range: `bytes=${offset}-` } : {},
    expect: offset > 0 ? [200, 206] : [200],
    action: `pull blob ${blob.digest}`,
    signal: options.signal,
    retry: options.retry,
  });
}

/**
 * Yields the bytes of a blob. When the connection breaks it goes on where it
 * broke; attempts are counted anew as long as bytes keep coming. Throws
 * `digestMismatch` instead of ending when size or digest are wrong.
 */
export async function* readBlob(
  endpoint: RegistryEndpoint,
  repository: string,
  blob: BlobAddress,
  first: RegistryResponse,
  options: CallOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const { registry } = endpoint.address;
  const hash = createHash(splitDigest(blob.digest).algorithm);
  const mismatch = (what: string) =>
    new OciError(
      'digestMismatch',
      `${registry}/${repository} gave ${what} for blob ${blob.digest}`,
      { host: registry, repository },
    );
  let received = 0;
  let failures = 0;
  let response: RegistryResponse | undefined = first;
  for (;;) {
    const before = received;
    try {
      response ??= await openBlob(endpoint, repository, blob, received, {
        ...options,
        retry: false,
      });
      let skip = received - startOf(response, received, registry);
      for await (const chunk of response.stream() as AsyncIterable<Buffer>) {
        const bytes = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - bytes.length;
        received += bytes.length;
        if (received > blob.size) {
          throw mismatch(`more than the ${blob.size} bytes expected`);
        }
        hash.update(bytes);
        if (bytes.length > 0) yield bytes;
      }
      if (received === blob.size) break;
      throw new OciError(
        'network',
        `${registry}/${repository} ended blob ${blob.digest} after ${received} of ${blob.size} bytes`,
        { host: registry, repository, retryable: true },
      );
    } catch (error) {
      response = undefined;
      failures = received > before ? 1 : failures + 1;
      const known = errorFromCause(error, registry, options.signal);
      await waitToRetry(endpoint.retry, known, failures, options.signal);
    }
  }
  if (hash.digest('hex') !== splitDigest(blob.digest).hex) {
    throw mismatch('bytes with another digest');
  }
}

/** Offset of the first byte of an answer, which is 0 or what was asked for. */
function startOf(
  response: RegistryResponse,
  wanted: number,
  host: string,
): number {
  if (response.status !== 206) return 0;
  const range = response.header('content-range') ?? '';
  if (range.startsWith(`bytes ${wanted}-`)) return wanted;
  response.stream().destroy();
  throw new OciError(
    'registryFault',
    `${host} answered with another range than was asked for`,
    { host },
  );
}
