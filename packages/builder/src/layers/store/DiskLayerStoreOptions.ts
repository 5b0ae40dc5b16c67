import type { Readable } from 'node:stream';
import type { LayerLimits } from '../index/IndexBuilder';
import type { Layer } from '../Layer';

/** Options of {@link DiskLayerStore.open}. @public */
export interface DiskLayerStoreOptions {
  /**
   * Opens the compressed bytes of a layer that is not here, for example from
   * the registry named in {@link Layer.from}. Called once per layer at a time.
   * Default: such a layer is an error.
   */
  readonly fetch?: (layer: Layer) => Promise<Readable>;
  /** What a layer may hold at most. Default: a million entries, 64 GiB. */
  readonly limits?: Partial<LayerLimits>;
  /** Told what could not be done as the image says (devices, extended attributes), once for each layer. */
  readonly warn?: (message: string) => void;
}
