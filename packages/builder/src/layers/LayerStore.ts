import type { Readable } from 'node:stream';
import type { Descriptor, Digest } from '@buildog/oci';
import type { FileTree } from './FileTree';
import type { Layer, LayerChain } from './Layer';
import type { LayerChange } from './LayerChange';

/** How a layer's bytes are compressed. @public */
export interface Compression {
  readonly algorithm: 'gzip' | 'zstd' | 'none';
  /** Default: 6 for gzip, 3 for zstd. */
  readonly level?: number;
}

/** How a layer is written. @public */
export interface WriteLayerOptions {
  readonly compression: Compression;
  /** Seconds since 1970: later times of files are cut to it (`SOURCE_DATE_EPOCH`). */
  readonly clampTime?: number;
  /**
   * Leaves out what the chain below has in exactly the same way, content and
   * time included. Default: everything is written that was put.
   */
  readonly unlessIn?: LayerChain;
  readonly signal?: AbortSignal;
}

/**
 * Layers on this machine: blobs by digest, what is in them, and unpacked
 * directories to run programs in. Everything in it can be deleted and made
 * anew. Safe with several processes and a SIGKILL at any moment: files appear
 * by rename only.
 *
 * @public
 */
export interface LayerStore {
  /**
   * Writes changes as one layer. The same changes give the same bytes on every
   * machine. Returns undefined when there are no changes.
   */
  write(
    changes: AsyncIterable<LayerChange>,
    options: WriteLayerOptions,
  ): Promise<Layer | undefined>;

  /** True when the layer's bytes are here. */
  has(layer: Layer): Promise<boolean>;

  /** Takes a layer's compressed bytes; checks size, digest and diffId while it reads. Does nothing when it has them. */
  import(layer: Layer, open: () => Promise<Readable>): Promise<void>;

  /** The compressed bytes. */
  open(blob: Descriptor): Promise<Readable>;

  /** What a chain looks like. Fetches missing layers through the `fetch` given to the store. Quick the second time. */
  tree(chain: LayerChain): Promise<FileTree>;

  /**
   * The chain's directories, unpacked, lowest first, for an overlay mount; with
   * `flat`, one directory that holds everything (where nothing can be mounted).
   * Nobody may write to the former; the latter is the caller's alone, to be
   * changed as it likes, and goes with `release`.
   */
  unpack(
    chain: LayerChain,
    options: { flat: boolean; signal?: AbortSignal },
  ): Promise<UnpackedChain>;

  /**
   * Takes an overlay's upper directory as what {@link LayerStore.unpack} gives
   * for the highest layer of a chain, which was written from it: the next step
   * need not unpack it again. To be called when nothing is mounted on or over it
   * any more; the directory is moved. Not for layers written with `clampTime`,
   * whose files have other times.
   *
   * @returns true when it was taken
   */
  adopt(
    chain: LayerChain,
    upper: string,
    options: { readonly ignore?: Iterable<string> },
  ): Promise<boolean>;
}

/** See {@link LayerStore.unpack}. @public */
export interface UnpackedChain {
  readonly directories: readonly string[];
  release(): Promise<void>;
}

/** sha256 of a chain (OCI image specification, "ChainID"). @public */
export type ChainId = Digest;
