import type { Platform } from '@buildog/oci';
import { statementError } from '../dockerfile/parser/statementError';
import type { Vertex } from '../graph/Operation';
import { applyInstruction } from './apply/applyInstruction';
import type { PlannedImage } from './BuildPlan';
import type { ImageResolver } from './ImageResolver';
import { normalizePlatform } from './platform';
import type { PlanScope } from './PlanScope';
import type { StageState } from './StageState';
import { StageGraph } from './stages/linkStages';
import { loadOrigins } from './stages/loadOrigins';
import { orderStages } from './stages/orderStages';
import type { LinkedInstruction, StageNode } from './stages/StageNode';
import { startStage } from './stages/startStage';

/** Plans the image for one platform. */
export async function planImage(
  scope: PlanScope,
  resolver: ImageResolver,
  signal: AbortSignal | undefined,
): Promise<PlannedImage> {
  const graph = new StageGraph(scope);
  const target = graph.target(scope.options.target);
  // A cycle is an error even where nobody needs its stages.
  orderStages(graph.nodes);
  const nodes = await loadOrigins(graph, target, scope, resolver, signal);
  signal?.throwIfAborted();
  const states = new Map<StageNode, StageState>();
  const treeOf = (node: StageNode): Vertex => {
    const { origin } = node;
    if (origin?.kind === 'tree') return origin.vertex;
    return stateOf(states, node).vertex;
  };
  for (const node of nodes) {
    const parent = node.parent && stateOf(states, node.parent);
    const state = startStage(scope, node, parent);
    states.set(node, state);
    if (node.context) continue;
    for (const linked of node.instructions) {
      checkOrder(node, linked);
      applyInstruction(state, linked, treeOf);
    }
  }
  return finish(scope, stateOf(states, target));
}

function stateOf(
  states: ReadonlyMap<StageNode, StageState>,
  node: StageNode,
): StageState {
  const state = states.get(node);
  if (!state) throw new Error(`the stage ${node.name} was not planned in time`);
  return state;
}

/** Files come from stages above only, as BuildKit has it: a Dockerfile is read from the top. */
function checkOrder(node: StageNode, linked: LinkedInstruction): void {
  const { instruction, isTrigger, source, mounts = [] } = linked;
  for (const found of [source, ...mounts]) {
    if (!found?.stage || !node.stage || found.context) continue;
    if (found.stage.index < node.stage.index) continue;
    throw statementError(
      isTrigger ? node.place : instruction,
      `the stage ${found.name} starts in line ${found.place.position.line}, below this one; move it above ${node.name}`,
    );
  }
}

function finish(scope: PlanScope, state: StageState): PlannedImage {
  const labels = scope.options.labels ?? {};
  Object.entries(labels).forEach(([name, value]) =>
    state.labels.set(name, value),
  );
  return {
    platform: scope.target,
    root: state.vertex,
    config: {
      ...imagePlatform(scope.target, state.imagePlatform),
      ...(state.author === undefined ? {} : { author: state.author }),
      config: state.runtimeConfig(),
    },
    history: state.history,
    ...(state.base ? { base: state.base } : {}),
  };
}

/** The platform of the image: what was asked for, with the base's variant where that says more. */
function imagePlatform(target: Platform, base: Platform): Platform {
  const same =
    target.os === base.os && target.architecture === base.architecture;
  return normalizePlatform({ ...(same ? base : {}), ...target });
}
