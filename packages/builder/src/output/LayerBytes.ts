import type { Readable } from 'node:stream';
import type { Layer } from '../layers/Layer';

/**
 * Where outputs read layers. They ask for a layer only when its bytes are really
 * needed: one that is in a base image's registry and stays there is never
 * fetched.
 *
 * @public
 */
export interface LayerBytes {
  /** The compressed bytes. May be called several times for one layer. */
  openLayer(layer: Layer): Promise<Readable>;
}
