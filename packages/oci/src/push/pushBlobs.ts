import { Readable } from 'node:stream';
import { RegistryClient } from '../client/RegistryClient';
import { Descriptor } from '../model/Descriptor';
import { Repository } from '../reference/Reference';
import { forEachConcurrently } from './forEachConcurrently';
import { PushOptions } from './PushOptions';

/** Brings blobs into a repository, several at once, the largest first. */
export async function pushBlobs(
  client: RegistryClient,
  repository: Repository,
  blobs: Iterable<Descriptor>,
  open: (blob: Descriptor, signal: AbortSignal) => Promise<Readable>,
  options: PushOptions,
): Promise<void> {
  const { concurrency = 4, mountFrom, onProgress } = options;
  // The largest first: it decides when the last one ends.
  const sorted = [...blobs].sort((a, b) => b.size - a.size);
  await forEachConcurrently(
    sorted,
    concurrency,
    options.signal,
    async (blob, signal) => {
      const { digest, size } = blob;
      const state = await client.putBlob(
        repository,
        { digest, size, open: () => open(blob, signal) },
        {
          mountFrom,
          signal,
          onProgress:
            onProgress &&
            (sentBytes =>
              onProgress({ type: 'sending', digest, size, sentBytes })),
        },
      );
      onProgress?.({ type: 'blob', digest, size, state });
    },
  );
}
