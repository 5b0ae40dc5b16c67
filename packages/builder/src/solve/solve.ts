import { formatPlatform } from '@buildog/oci';
import { BuilderError } from '../errors/BuilderError';
import { toBuilderError } from '../errors/toBuilderError';
import type { Vertex, VertexLabel } from '../graph/Operation';
import { operate } from './operate';
import { orderVertices } from './orderVertices';
import type { Made } from './rememberLayer';
import { Semaphore } from './Semaphore';
import type { Solved } from './Solved';
import type { Key, SolveTools } from './SolveTools';

/** What a step does, in the words of errors. */
const operationNames: Record<Vertex['operation']['kind'], string> = {
  image: 'pull',
  scratch: 'source',
  context: 'source',
  http: 'source',
  git: 'source',
  inline: 'source',
  exec: 'exec',
  copy: 'file',
  makeDirectory: 'file',
};

/**
 * Works out what the roots need: independent vertices at the same time, each
 * once, none that no root needs. When one fails the others are told to stop and
 * waited for; the first real error is thrown, with the step it belongs to.
 *
 * @throws {@link BuilderError}
 */
export async function solve(
  roots: readonly Vertex[],
  tools: SolveTools,
  signal: AbortSignal,
): Promise<ReadonlyMap<Vertex, Solved>> {
  const order = orderVertices(roots);
  const stop = new AbortController();
  const run: Run = {
    tools,
    signal: AbortSignal.any([signal, stop.signal]),
    slots: new Semaphore(tools.settings.parallel),
    underWay: new Map(),
  };
  let failure: unknown;
  const results = new Map<Vertex, Promise<Solved | undefined>>();
  order.forEach(({ label }, index) =>
    tools.listener({
      type: 'planned',
      step: index + 1,
      steps: order.length,
      label,
    }),
  );
  order.forEach((vertex, index) => {
    const inputs = vertex.inputs.map(input => results.get(input));
    const result = Promise.all(inputs).then(async ready => {
      if (failure !== undefined || run.signal.aborted) return undefined;
      try {
        return await workOn(vertex, index + 1, ready as Solved[], run);
      } catch (error) {
        // What only stopped because another failed is no failure of its own.
        failure ??= error;
        stop.abort(error);
        return undefined;
      }
    });
    results.set(vertex, result);
  });
  const solved = new Map<Vertex, Solved>();
  for (const [vertex, result] of results) {
    const value = await result;
    if (value) solved.set(vertex, value);
  }
  if (signal.aborted) throw cancelled(signal);
  if (failure !== undefined) throw failure;
  return solved;
}

interface Run {
  readonly tools: SolveTools;
  readonly signal: AbortSignal;
  readonly slots: Semaphore;
  readonly underWay: Map<Key, Promise<Made>>;
}

async function workOn(
  vertex: Vertex,
  step: number,
  inputs: readonly Solved[],
  run: Run,
): Promise<Solved> {
  const { label } = vertex;
  const { listener } = run.tools;
  let startedAt: number | undefined;
  const elapsed = () =>
    startedAt === undefined ? 0 : Math.round(performance.now() - startedAt);
  try {
    const solved = await operate({
      ...run,
      vertex,
      operation: vertex.operation,
      inputs,
      started() {
        if (startedAt !== undefined) return;
        startedAt = performance.now();
        listener({ type: 'started', step, label, milliseconds: 0 });
      },
      output: (stream, bytes) =>
        listener({ type: 'output', step, stream, bytes }),
      fetched: addresses => listener({ type: 'fetched', step, addresses }),
      warn: message =>
        listener({ type: 'warning', message, position: label.position }),
    });
    const type = startedAt === undefined ? 'cached' : 'finished';
    listener({ type, step, label, milliseconds: elapsed() });
    return solved;
  } catch (cause) {
    if (run.signal.aborted) throw cancelled(run.signal);
    const error = toBuilderError(cause).within({
      ...describe(label),
      operation: operationNames[vertex.operation.kind],
    });
    listener({ type: 'failed', step, label, milliseconds: elapsed(), error });
    throw error;
  }
}

function describe(label: VertexLabel) {
  return {
    stage: label.stage,
    platform: formatPlatform(label.platform),
    instruction: label.title.replace(/^\[[^\]]*\]\s*/, '').slice(0, 200),
    position: label.position,
  };
}

function cancelled(signal: AbortSignal): BuilderError {
  return new BuilderError('cancelled', 'the build was cancelled', {
    cause: signal.reason,
  });
}
