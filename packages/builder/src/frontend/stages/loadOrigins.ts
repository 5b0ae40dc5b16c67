import {
  formatPlatform,
  formatReference,
  isOciError,
  parseReference,
  withDefaultTag,
  type Platform,
} from '@buildog/oci';
import { BuilderError, isBuilderError } from '../../errors/BuilderError';
import { parseTrigger } from '../../dockerfile/parseDockerfile';
import { at, SyntaxProblem } from '../../dockerfile/parser/statementError';
import { didYouMean, nearest } from '../../dockerfile/text/nearest';
import { summarize } from '../../dockerfile/text/redact';
import { contextVertex, gitVertex } from '../apply/vertices';
import { contextFor } from '../contextFor';
import type { NamedContext } from '../GraphOptions';
import type { ImageResolver } from '../ImageResolver';
import { parseGitAddress } from '../parseGitAddress';
import type { PlanScope } from '../PlanScope';
import type { StageGraph } from './linkStages';
import { orderStages } from './orderStages';
import type { Origin, StageNode } from './StageNode';

/**
 * Finds what the needed stages are based on, and puts the triggers of the bases
 * (`ONBUILD`) before their instructions. Triggers may need further images, so
 * this goes on until nothing new comes up.
 *
 * @returns the needed nodes, every one after those it depends on
 */
export async function loadOrigins(
  graph: StageGraph,
  target: StageNode,
  scope: PlanScope,
  resolver: ImageResolver,
  signal: AbortSignal | undefined,
): Promise<StageNode[]> {
  for (;;) {
    const needed = orderStages([target]);
    const missing = needed.filter(node => !node.parent && !node.origin);
    await Promise.all(
      missing.map(async node => {
        node.origin = await load(node, graph, scope, resolver, signal);
      }),
    );
    // Not `some`: every node has to take its triggers.
    const added = needed.filter(node => takeTriggers(node, graph));
    if (added.length === 0) return needed;
  }
}

/** True when the node has instructions now that it did not have. */
function takeTriggers(node: StageNode, graph: StageGraph): boolean {
  if (node.triggersTaken || node.context) return false;
  node.triggersTaken = true;
  const triggers = (node.parent?.instructions ?? []).flatMap(
    ({ instruction }) =>
      instruction.kind === 'onbuild' ? [instruction.trigger] : [],
  );
  if (node.origin?.kind === 'image') {
    triggers.push(...(node.origin.image.config.config?.OnBuild ?? []));
  }
  if (triggers.length === 0) return false;
  const linked = triggers.map(trigger =>
    graph.link(parseTrigger(trigger, node.place), node, true),
  );
  node.instructions = [...linked, ...node.instructions];
  return true;
}

async function load(
  node: StageNode,
  graph: StageGraph,
  scope: PlanScope,
  resolver: ImageResolver,
  signal: AbortSignal | undefined,
): Promise<Origin> {
  const platform = node.platform ?? scope.target;
  const context =
    node.context ?? contextFor(scope.options, node.baseName, platform);
  const baseName =
    context?.type === 'image' ? context.reference : node.baseName;
  if (context && context.type !== 'image') {
    return at(node.place, () => treeOrigin(scope, context));
  }
  if (baseName === 'scratch') return { kind: 'scratch' };
  const name = at(node.place, () => imageName(baseName));
  try {
    const image = await resolver.resolveImage(name, platform, signal);
    return { kind: 'image', name, image, platform };
  } catch (error) {
    throw withPlace(error, node, platform, graph);
  }
}

function treeOrigin(
  scope: PlanScope,
  context: NamedContext & { readonly name: string },
): Origin {
  if (context.type !== 'git') {
    return { kind: 'tree', vertex: contextVertex(scope, context.name) };
  }
  const address = parseGitAddress(context.url);
  if (!address) {
    throw new SyntaxProblem(
      `the named context ${context.name} is no git address; write https://….git`,
    );
  }
  const title = `[context ${context.name}] load git source`;
  return { kind: 'tree', vertex: gitVertex(scope, address, title) };
}

/** The complete name of an image: registry, path, and a tag or a digest. */
function imageName(text: string): string {
  try {
    return formatReference(withDefaultTag(parseReference(text)));
  } catch (error) {
    if (isOciError(error)) throw new SyntaxProblem(error.message);
    throw error;
  }
}

/** Says where an image was asked for, and which stage may have been meant. */
function withPlace(
  error: unknown,
  node: StageNode,
  platform: Platform,
  graph: StageGraph,
): unknown {
  if (!isBuilderError(error)) return error;
  const { position, source } = node.place;
  const meant = nearest(node.baseName, graph.names());
  const hint = didYouMean(meant && `the stage ${meant}`);
  return new BuilderError(
    error.kind,
    `${position.file}:${position.line}: ${error.message}${hint}`,
    {
      position,
      instruction: summarize(source),
      stage: node.name,
      platform: formatPlatform(platform),
      ...error.details,
      cause: error.cause,
    },
  );
}
