import {
  parseRepository,
  type Digest,
  type Reference,
  type RegistryClient,
  type Repository,
} from '@buildog/oci';
import { Readable } from 'node:stream';
import { toBuilderError } from '../errors/toBuilderError';
import type { ImageBundle } from '../image/ComposedImage';
import { openImageLayer } from '../image/emptyLayer';
import type { Layer } from '../layers/Layer';
import { Semaphore } from '../solve/Semaphore';
import { bundleBlobs } from './bundleBlobs';
import type { LayerBytes } from './LayerBytes';

/** Something that happened during a push. Blobs interleave. @public */
export type BundlePushEvent =
  | {
      readonly type: 'sending';
      readonly repository: string;
      readonly digest: Digest;
      readonly size: number;
      readonly sentBytes: number;
    }
  | {
      readonly type: 'blob';
      readonly repository: string;
      readonly digest: Digest;
      readonly size: number;
      readonly outcome: 'existed' | 'mounted' | 'uploaded';
    };

/** How {@link pushBundle} pushes. @public */
export interface PushSettings {
  /** Makes calls to a repository's registry; may repeat them with another credential. */
  readonly use: <T>(
    repository: Repository,
    call: (client: RegistryClient) => Promise<T>,
  ) => Promise<T>;
  /** Blobs under way at once, over all repositories. Default: 4. */
  readonly concurrency?: number;
  /** Repositories of the registry that may have blobs already, besides those of base layers. */
  readonly mountFrom?: readonly Repository[];
  readonly onEvent?: (event: BundlePushEvent) => void;
  readonly signal?: AbortSignal;
}

/**
 * Pushes a bundle to each of the references. Blobs go first, each once per
 * repository: what the registry has is not sent, and a layer of a base image
 * from the same registry is mounted, so its bytes are not even read. Then come
 * the manifests by digest, and at last, when every repository has everything,
 * the tags. Idempotent.
 *
 * @param references - with a tag that is moved, or with neither tag nor digest
 * @throws {@link BuilderError} by what the registry says
 * @public
 */
export async function pushBundle(
  references: readonly Reference[],
  bundle: ImageBundle,
  layers: LayerBytes,
  settings: PushSettings,
): Promise<void> {
  const repositories = new Map<string, Repository>();
  for (const { registry, path } of references) {
    repositories.set(`${registry}/${path}`, { registry, path });
  }
  const { manifests } = bundleBlobs(bundle);
  const root = manifests.find(
    ({ descriptor }) => descriptor.digest === bundle.root.digest,
  );
  const { signal } = settings;
  try {
    for (const repository of repositories.values()) {
      await pushBlobs(repository, bundle, layers, settings);
      await settings.use(repository, async client => {
        for (const { descriptor, bytes } of manifests) {
          const { mediaType, digest } = descriptor;
          const place = { ...repository, digest };
          await client.putManifest(place, { mediaType, bytes }, { signal });
        }
      });
    }
    for (const reference of references) {
      if (reference.tag === undefined || !root) continue;
      const { mediaType } = root.descriptor;
      await settings.use(reference, client =>
        client.putManifest(
          { ...reference, digest: undefined },
          { mediaType, bytes: root.bytes },
          { signal },
        ),
      );
    }
  } catch (error) {
    throw toBuilderError(error);
  }
}

/** Content of a repository that is sent. */
interface Blob {
  readonly digest: Digest;
  readonly size: number;
  readonly mountFrom: readonly Repository[];
  open(): Promise<Readable>;
}

async function pushBlobs(
  repository: Repository,
  bundle: ImageBundle,
  layers: LayerBytes,
  settings: PushSettings,
): Promise<void> {
  const { layers: all, configs } = bundleBlobs(bundle);
  const { mountFrom = [], concurrency = 4 } = settings;
  const blobs: Blob[] = [
    ...all.map(layer => ({
      ...layer.blob,
      mountFrom: [...originOf(layer), ...mountFrom],
      open: () => openImageLayer(layers, layer),
    })),
    ...configs.map(({ descriptor, bytes }) => ({
      ...descriptor,
      mountFrom: [],
      open: async () => Readable.from([bytes], { objectMode: false }),
    })),
  ];
  // The largest first: it decides when the last one ends.
  blobs.sort((a, b) => b.size - a.size);
  const stop = new AbortController();
  const signal = settings.signal
    ? AbortSignal.any([settings.signal, stop.signal])
    : stop.signal;
  const slots = new Semaphore(concurrency);
  await Promise.allSettled(
    blobs.map(blob =>
      slots
        .run(signal, () => pushBlob(repository, blob, { ...settings, signal }))
        .catch(error => {
          stop.abort(error);
          throw error;
        }),
    ),
  );
  settings.signal?.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
}

async function pushBlob(
  repository: Repository,
  blob: Blob,
  { use, onEvent, signal }: PushSettings,
): Promise<void> {
  const { digest, size, mountFrom } = blob;
  const name = `${repository.registry}/${repository.path}`;
  const outcome = await use(repository, client =>
    client.putBlob(
      repository,
      { digest, size, open: () => blob.open() },
      {
        mountFrom,
        signal,
        onProgress: sentBytes =>
          onEvent?.({
            type: 'sending',
            repository: name,
            digest,
            size,
            sentBytes,
          }),
      },
    ),
  );
  onEvent?.({ type: 'blob', repository: name, digest, size, outcome });
}

function originOf({ from }: Layer): Repository[] {
  return from === undefined ? [] : [parseRepository(from)];
}
