import type { Operation } from '../graph/Operation';
import { copy } from './operations/copy';
import { exec } from './operations/exec';
import { inline } from './operations/inline';
import { makeDirectory } from './operations/makeDirectory';
import type { Solved } from './Solved';
import type { Work } from './Work';

/** Does what a vertex' operation asks for. */
export async function operate(work: Work<Operation>): Promise<Solved> {
  const { operation, tools, signal } = work;
  switch (operation.kind) {
    case 'scratch':
      return { kind: 'filesystem', chain: [] };
    case 'image': {
      const { reference, platform } = operation;
      const chain = await tools.imageChain(reference, platform, signal);
      return { kind: 'filesystem', chain };
    }
    case 'context':
      return {
        kind: 'tree',
        ...(await tools.context(operation.name, signal)),
      };
    case 'http':
      work.started();
      return { kind: 'tree', ...(await tools.http(operation, signal)) };
    case 'git':
      work.started();
      return { kind: 'tree', ...(await tools.git(operation, signal)) };
    case 'inline':
      return inline({ ...work, operation });
    case 'copy':
      return copy({ ...work, operation });
    case 'makeDirectory':
      return makeDirectory({ ...work, operation });
    case 'exec':
      return exec({ ...work, operation });
    default:
      return operation satisfies never;
  }
}
