import type { HistoryEntry } from '../model/ImageConfig';

/**
 * Makes the lines of a history that have a layer as many as there are layers
 * (OCI image specification, "Image Configuration": readers match them one by
 * one). Base images do not always keep to it; the newest lines are right, for
 * they are ours, so the oldest are completed or marked as empty.
 */
export function alignHistory(
  history: readonly HistoryEntry[],
  layers: number,
): readonly HistoryEntry[] {
  let surplus = history.filter(line => !line.empty_layer).length - layers;
  if (surplus < 0) {
    const missing = { comment: 'layer without a line of its own' };
    return [...Array.from({ length: -surplus }, () => missing), ...history];
  }
  return history.map(line => {
    if (surplus === 0 || line.empty_layer) return line;
    surplus -= 1;
    return { ...line, empty_layer: true };
  });
}
