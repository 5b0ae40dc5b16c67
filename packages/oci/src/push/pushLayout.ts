import { RegistryClient } from '../client/RegistryClient';
import { Digest } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { Layout, LayoutManifest } from '../layout/Layout';
import { Descriptor } from '../model/Descriptor';
import { PushedManifest, PushResult } from '../model/ImageSummary';
import { Repository } from '../reference/Reference';
import { pushBlobs } from './pushBlobs';
import { PushOptions } from './PushOptions';

/**
 * Options of {@link pushLayout}.
 *
 * @public
 */
export interface PushLayoutOptions extends PushOptions {
  /** Which root to push when `index.json` lists several different ones. */
  readonly root?: Digest;
}

/**
 * Pushes an image or index of a layout by digest. No tag is touched, so nobody
 * sees it who does not know the digest.
 *
 * Blobs go first, in parallel, each once although several manifests may share
 * it, and none the registry has; then manifests, then the index that lists them.
 * Bytes whose digest is wrong never become a blob. Idempotent; after a failure
 * the same call goes on with what is missing.
 *
 * @throws {@link OciError} from the registry; `digestMismatch` or
 * `sourceFailed` from the layout; `invalidLayout` when the layout has several
 * roots and `root` chooses none
 * @public
 */
export async function pushLayout(
  client: RegistryClient,
  layout: Layout,
  repository: Repository,
  options: PushLayoutOptions = {},
): Promise<PushResult> {
  const root = chooseRoot(layout, options.root);
  const wanted = collect(layout, root.descriptor.digest);
  const blobs = new Map<Digest, Descriptor>();
  for (const { image } of wanted) {
    for (const blob of image ? [image.config, ...image.layers] : []) {
      blobs.set(blob.digest, blob);
    }
  }
  await pushBlobs(
    client,
    repository,
    blobs.values(),
    blob => layout.openBlob(blob.digest),
    options,
  );
  for (const { descriptor, bytes } of wanted) {
    const { digest, mediaType } = descriptor;
    await client.putManifest(
      { ...repository, digest, tag: undefined },
      { mediaType, bytes },
      { signal: options.signal },
    );
    options.onProgress?.({ type: 'manifest', digest });
  }
  const { digest, mediaType, size } = root.descriptor;
  return { digest, mediaType, size, manifests: wanted.flatMap(summarize) };
}

function chooseRoot(layout: Layout, chosen: Digest | undefined) {
  if (chosen === undefined && layout.roots.length !== 1) {
    throw new OciError(
      'invalidLayout',
      `the layout holds ${layout.roots.length} different images; say which one to push`,
    );
  }
  const digest = chosen ?? layout.roots[0].digest;
  const root = layout.manifests.get(digest);
  if (!root || !layout.roots.some(listed => listed.digest === digest)) {
    throw new OciError('invalidLayout', `index.json does not list ${digest}`);
  }
  return root;
}

/** A manifest and all below it, each once, children before their index. */
function collect(layout: Layout, root: Digest): LayoutManifest[] {
  const found = new Map<Digest, LayoutManifest>();
  const visit = (digest: Digest) => {
    const manifest = layout.manifests.get(digest);
    if (!manifest || found.has(digest)) return;
    manifest.children.forEach(visit);
    found.set(digest, manifest);
  };
  visit(root);
  return [...found.values()];
}

function summarize({ descriptor, image }: LayoutManifest): PushedManifest[] {
  if (!image) return [];
  const { digest, mediaType } = descriptor;
  const { config, layers, platform } = image;
  return [
    {
      digest,
      mediaType,
      ...(platform && { platform }),
      size: layers.reduce((sum, layer) => sum + layer.size, config.size),
      configDigest: config.digest,
    },
  ];
}
