import type { PlannedHistoryEntry, PlannedImage } from '../frontend/BuildPlan';
import type { Vertex } from '../graph/Operation';
import { composeImage } from '../image/composeImage';
import type { ComposedImage } from '../image/ComposedImage';
import type { HistoryEntry } from '../model/ImageConfig';
import { chainOf } from '../solve/chainOf';
import type { Solved } from '../solve/Solved';

/**
 * An image of what was planned and what came of it. Without a fixed time, times are
 * those at which layers were made, also by an earlier build: so an image that did
 * not change has the digest it had.
 */
export function composePlanned(
  image: PlannedImage,
  solved: ReadonlyMap<Vertex, Solved>,
  sourceDateEpoch: number | undefined,
): ComposedImage {
  const { platform, config } = image;
  const history = historyOf(image, solved);
  const created =
    sourceDateEpoch === undefined
      ? history.findLast(entry => entry.created !== undefined)?.created
      : new Date(sourceDateEpoch * 1000).toISOString();
  return composeImage({
    platform,
    config,
    layers: chainOf(resultOf(image.root, solved)),
    history,
    ...(created !== undefined && { created }),
  });
}

function historyOf(
  { history }: PlannedImage,
  solved: ReadonlyMap<Vertex, Solved>,
): HistoryEntry[] {
  let latest: string | undefined;
  return history.map(planned => {
    const { entry, inherited } = planned;
    if (inherited) {
      latest = entry.created ?? latest;
      return entry;
    }
    const { hasLayer, createdAt } = layerOf(planned, solved);
    if (hasLayer && createdAt !== undefined) {
      latest = new Date(createdAt).toISOString();
    }
    const created = entry.created ?? latest;
    return {
      ...(created !== undefined && { created }),
      ...entry,
      ...(!hasLayer && { empty_layer: true }),
    };
  });
}

function layerOf(
  { vertex }: PlannedHistoryEntry,
  solved: ReadonlyMap<Vertex, Solved>,
): { hasLayer: boolean; createdAt?: number } {
  if (!vertex) return { hasLayer: false };
  const after = resultOf(vertex, solved);
  const [input] = vertex.inputs;
  const before = input ? chainOf(resultOf(input, solved)).length : 0;
  return {
    hasLayer: chainOf(after).length > before,
    ...(after.kind === 'filesystem' && { createdAt: after.createdAt }),
  };
}

function resultOf(vertex: Vertex, solved: ReadonlyMap<Vertex, Solved>): Solved {
  const result = solved.get(vertex);
  if (result) return result;
  throw new Error('a vertex of the image was not solved');
}
