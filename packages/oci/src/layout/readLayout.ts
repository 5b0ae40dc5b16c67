import { Digest } from '../digest/Digest';
import { OciError } from '../errors/OciError';
import { Descriptor } from '../model/Descriptor';
import { layerMediaTypes } from '../model/mediaTypes';
import { parseIndex } from '../model/parseManifest';
import { parseStrictJson } from '../model/strictJson';
import { Layout, LayoutLimits } from './Layout';
import { blobPath, checkSize, LayoutReader } from './LayoutReader';
import {
  checkLayoutDirectory,
  openLayoutFile,
  readLayoutFile,
} from './openLayoutFile';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const defaultLimits: LayoutLimits = {
  maxJsonBytes: 4 * MIB,
  maxTotalJsonBytes: 32 * MIB,
  maxBlobBytes: 64 * GIB,
  maxTotalBytes: 128 * GIB,
  maxManifests: 256,
  maxLayers: 512,
  maxDepth: 3,
};

/**
 * Options of {@link readLayout}.
 *
 * @public
 */
export interface ReadLayoutOptions {
  /** What differs from the defaults of {@link LayoutLimits}. */
  readonly limits?: Partial<LayoutLimits>;
  /** Layer media types to allow besides tar, gzip and zstd of OCI and Docker. */
  readonly extraLayerMediaTypes?: readonly string[];
  /** Ends the reading with an `aborted` error. */
  readonly signal?: AbortSignal;
}

/**
 * Reads an OCI image layout (image specification, "Image Layout") as if an
 * attacker had written it, which after a build is the case:
 *
 * - only regular files, reached without any symbolic link, the directory
 *   included; never waits on a FIFO or device
 * - digests are checked by grammar before they become a path, and by content for
 *   all JSON; layers are checked when they are sent
 * - JSON with doubled or wrongly capitalised keys, or that is manifest and index
 *   at once, is refused: others could read it differently
 * - `urls` and `data` of descriptors are never used: every layer must be there
 * - caps on sizes, numbers and depth; no error quotes what is in a file
 *
 * @throws {@link OciError} `invalidLayout`, `invalidManifest`, `tooLarge`,
 * `digestMismatch`, `unsupported`, `aborted`
 * @public
 */
export async function readLayout(
  directory: string,
  options: ReadLayoutOptions = {},
): Promise<Layout> {
  const limits = { ...defaultLimits, ...options.limits };
  const root = await checkLayoutDirectory(directory);
  await checkVersion(root);
  const index = await readLayoutFile(root, ['index.json'], limits.maxJsonBytes);
  const reader = new LayoutReader(root, {
    limits,
    layerMediaTypes: new Set([
      ...layerMediaTypes,
      ...(options.extraLayerMediaTypes ?? []),
    ]),
    signal: options.signal,
  });
  const roots = new Map<Digest, Descriptor>();
  for (const descriptor of parseIndex(index, 'index.json')) {
    await reader.readManifest(descriptor, 1);
    if (!roots.has(descriptor.digest)) {
      roots.set(descriptor.digest, descriptor);
    }
  }
  if (roots.size === 0) {
    throw new OciError('invalidLayout', 'index.json lists no image');
  }
  const { blobs, manifests } = reader;
  return {
    roots: [...roots.values()],
    manifests,
    blobs,
    async openBlob(digest) {
      const blob = blobs.get(digest);
      if (!blob) {
        throw new OciError('invalidLayout', `no blob ${digest} in the layout`);
      }
      const { handle, size } = await openLayoutFile(root, blobPath(digest));
      if (size !== blob.size) await handle.close();
      checkSize(blob, size);
      return handle.createReadStream({ highWaterMark: 256 * 1024 });
    },
  };
}

async function checkVersion(root: string): Promise<void> {
  const bytes = await readLayoutFile(root, ['oci-layout'], 4096);
  const { value } = parseStrictJson(bytes) as { value?: unknown };
  const version = (value as { imageLayoutVersion?: unknown } | undefined | null)
    ?.imageLayoutVersion;
  if (version !== '1.0.0') {
    throw new OciError(
      'invalidLayout',
      'oci-layout does not say that this is an image layout of version 1.0.0',
    );
  }
}
