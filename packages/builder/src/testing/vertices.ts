import type {
  CopyOperation,
  ExecOperation,
  Operation,
  Vertex,
} from '../graph/Operation';

const platform = { os: 'linux', architecture: 'amd64' };

/** A vertex with a title that tells what it is. */
export function vertex(
  operation: Operation,
  inputs: readonly Vertex[] = [],
  title: string = operation.kind,
): Vertex {
  return { operation, inputs, label: { title, platform } };
}

/** An empty filesystem. */
export const scratch = vertex({ kind: 'scratch' });

/** The default context. */
export const context = vertex({ kind: 'context', name: 'default' });

/** `RUN` of a command in a filesystem. */
export function exec(
  command: string,
  input: Vertex = scratch,
  more: Partial<ExecOperation> = {},
  others: readonly Vertex[] = [],
): Vertex {
  return vertex(
    {
      kind: 'exec',
      args: ['/bin/sh', '-c', command],
      env: ['PATH=/bin'],
      cwd: '/',
      user: '',
      mounts: [],
      network: 'default',
      security: 'sandbox',
      platform,
      ...more,
    },
    [input, ...others],
    `RUN ${command}`,
  );
}

/** `COPY` of a source to a destination. */
export function copy(
  sources: readonly string[],
  destination: string,
  inputs: { readonly root?: Vertex; readonly from?: Vertex } = {},
  more: Partial<CopyOperation> = {},
): Vertex {
  return vertex(
    {
      kind: 'copy',
      sources,
      literal: false,
      destination,
      exclude: [],
      parents: false,
      link: false,
      unpack: false,
      keepOwners: false,
      ...more,
    },
    [inputs.root ?? scratch, inputs.from ?? context],
    `COPY ${sources.join(' ')} ${destination}`,
  );
}
