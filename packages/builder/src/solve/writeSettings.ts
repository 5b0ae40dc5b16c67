import type { WriteLayerOptions } from '../layers/LayerStore';
import type { SolveSettings } from './SolveTools';

/** What decides how the same changes become a layer: part of each key. */
export function writeSettings({
  compression,
  clampTime,
}: Pick<SolveSettings, 'compression' | 'clampTime'>): WriteLayerOptions {
  return { compression, ...(clampTime !== undefined && { clampTime }) };
}
