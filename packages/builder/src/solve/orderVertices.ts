import { BuilderError } from '../errors/BuilderError';
import type { Vertex } from '../graph/Operation';

/**
 * Everything the roots need, each vertex once, inputs before who uses them.
 * What no root needs is not in it.
 *
 * @throws {@link BuilderError} `validation` when a vertex needs itself, with the
 * path around the circle
 */
export function orderVertices(roots: readonly Vertex[]): readonly Vertex[] {
  const done = new Set<Vertex>();
  const open = new Set<Vertex>();
  for (const root of roots) {
    // An own stack: a Dockerfile with thousands of steps is one long chain.
    const stack: { vertex: Vertex; next: number }[] = [];
    const enter = (vertex: Vertex) => {
      if (done.has(vertex)) return;
      if (open.has(vertex)) throw cycle([...open], vertex);
      open.add(vertex);
      stack.push({ vertex, next: 0 });
    };
    enter(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { vertex, next } = top;
      if (next < vertex.inputs.length) {
        top.next += 1;
        enter(vertex.inputs[next]);
      } else {
        stack.pop();
        open.delete(vertex);
        done.add(vertex);
      }
    }
  }
  return [...done];
}

function cycle(open: readonly Vertex[], again: Vertex): BuilderError {
  const circle = [...open.slice(open.indexOf(again)), again];
  const path = circle.map(({ label }) => label.title).join(' needs ');
  return new BuilderError(
    'validation',
    `steps need each other in a circle: ${path}; take one of these references out`,
    { position: again.label.position, stage: again.label.stage },
  );
}
