import { Readable } from 'node:stream';
import { Digest } from '../digest/Digest';
import { Descriptor } from '../model/Descriptor';
import { Platform } from '../model/Platform';

/**
 * Caps for a layout nobody trusts. Above one of them: `tooLarge`.
 *
 * @public
 */
export interface LayoutLimits {
  /** `index.json`, each index, manifest and config. Default: 4 MiB. */
  readonly maxJsonBytes: number;
  /** All indexes and manifests together, which are kept in memory. Default: 32 MiB. */
  readonly maxTotalJsonBytes: number;
  /** One layer. Default: 64 GiB. */
  readonly maxBlobBytes: number;
  /** All configs and layers together, each counted once. Default: 128 GiB. */
  readonly maxTotalBytes: number;
  /** Manifests and indexes together. Default: 256. */
  readonly maxManifests: number;
  /** Layers of one manifest. Default: 512. */
  readonly maxLayers: number;
  /** Indexes below `index.json`, one in the other. Default: 3. */
  readonly maxDepth: number;
}

/**
 * A manifest or index of a layout, read once: what is pushed is exactly what
 * was checked.
 *
 * @public
 */
export interface LayoutManifest {
  /** As it was listed. */
  readonly descriptor: Descriptor;
  /** The whole file; its digest was checked. */
  readonly bytes: Buffer;
  /** Children of an index, in its order, each once; empty for an image. */
  readonly children: readonly Digest[];
  /** Config and layers of an image; absent for an index. */
  readonly image?: LayoutImage;
}

/**
 * What an image manifest of a layout and its config say.
 *
 * @public
 */
export interface LayoutImage {
  /** Of the image config. */
  readonly config: Descriptor;
  /** From the base up. */
  readonly layers: readonly Descriptor[];
  /** From the config; absent when that names none. */
  readonly platform?: Platform;
}

/**
 * An OCI image layout on disk that passed every check of {@link readLayout}.
 *
 * @public
 */
export interface Layout {
  /** What `index.json` lists, each digest once, in its order. */
  readonly roots: readonly Descriptor[];
  /** All manifests and indexes; children come before the index that lists them. */
  readonly manifests: ReadonlyMap<Digest, LayoutManifest>;
  /** Configs and layers of all images, each once. */
  readonly blobs: ReadonlyMap<Digest, Descriptor>;
  /**
   * Opens a blob for reading; each call opens the file anew. Its kind and size
   * are checked when it is opened, its digest is for the reader to check
   * ({@link RegistryClient.putBlob} does).
   */
  openBlob(digest: Digest): Promise<Readable>;
}
