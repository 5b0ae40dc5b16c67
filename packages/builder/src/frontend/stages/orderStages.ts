import type { Instruction } from '../../dockerfile/Instruction';
import { statementError } from '../../dockerfile/parser/statementError';
import { dependencies, type StageNode } from './StageNode';

interface Visit {
  readonly node: StageNode;
  readonly rest: Iterator<[StageNode, Instruction]>;
  /** The instruction that led here. */
  readonly via?: Instruction;
}

/**
 * The targets and all that they need, every node after those it depends on.
 *
 * @throws BuilderError `validation` for a cycle, with its path
 */
export function orderStages(targets: readonly StageNode[]): StageNode[] {
  const ordered: StageNode[] = [];
  const state = new Map<StageNode, 'open' | 'done'>();
  for (const target of targets) {
    if (!state.has(target)) walk(target, state, ordered);
  }
  return ordered;
}

function walk(
  target: StageNode,
  state: Map<StageNode, 'open' | 'done'>,
  ordered: StageNode[],
): void {
  state.set(target, 'open');
  // Not recursive: a Dockerfile may chain thousands of stages.
  const path: Visit[] = [visit(target)];
  while (path.length) {
    const current = path[path.length - 1];
    const next = current.rest.next();
    if (next.done) {
      path.pop();
      state.set(current.node, 'done');
      ordered.push(current.node);
      continue;
    }
    const [node, via] = next.value;
    const known = state.get(node);
    if (known === 'open') throw cycle(path, node, via);
    if (known === 'done') continue;
    state.set(node, 'open');
    path.push(visit(node, via));
  }
}

function visit(node: StageNode, via?: Instruction): Visit {
  return { node, rest: dependencies(node), via };
}

function cycle(path: readonly Visit[], node: StageNode, via: Instruction) {
  const start = path.findIndex(step => step.node === node);
  const steps = path.slice(start);
  const names = [...steps.map(step => step.node.name), node.name];
  const lines = [...steps.slice(1).map(step => step.via), via].map(
    instruction => `line ${instruction?.position.line}`,
  );
  return statementError(
    via,
    `the stages need each other: ${names.join(' → ')} (${lines.join(
      ', ',
    )}); take the files from a stage that does not need this one`,
  );
}
