import type { Instruction } from '../../dockerfile/Instruction';
import { redactUserInfo } from '../../dockerfile/text/redact';
import type { InlineOperation, Vertex } from '../../graph/Operation';
import type { PlanScope } from '../PlanScope';
import type { GitAddress } from '../parseGitAddress';
import type { StageState } from '../StageState';

/** The files of a context: one vertex, whoever asks. */
export function contextVertex(scope: PlanScope, name: string): Vertex {
  const known = scope.contexts.get(name);
  if (known) return known;
  const vertex: Vertex = {
    operation: { kind: 'context', name },
    inputs: [],
    label: {
      title:
        name === 'default'
          ? '[internal] load build context'
          : `[context ${name}] load from client`,
      platform: scope.target,
    },
  };
  scope.contexts.set(name, vertex);
  return vertex;
}

/** An empty filesystem. */
export function scratchVertex(scope: PlanScope): Vertex {
  return {
    operation: { kind: 'scratch' },
    inputs: [],
    label: { title: 'scratch', platform: scope.target },
  };
}

/** Files whose content stands in the Dockerfile. */
export function inlineVertex(
  state: StageState,
  files: InlineOperation['files'],
  instruction: Instruction,
): Vertex {
  return state.makeVertex({ kind: 'inline', files }, [], instruction, {
    title: `prepare ${files.map(file => file.name).join(', ')}`,
  });
}

/** A git repository. */
export function gitVertex(
  scope: PlanScope,
  address: GitAddress,
  title: string,
): Vertex {
  const { remote, ref, subdirectory, checksum } = address;
  return {
    operation: {
      kind: 'git',
      url: remote,
      keepGitDirectory: address.keepGitDirectory ?? false,
      ...(ref ? { ref } : {}),
      ...(subdirectory ? { subdirectory } : {}),
      ...(checksum ? { checksum } : {}),
      ...(address.submodules === false ? { skipSubmodules: true } : {}),
    },
    inputs: [],
    label: { title: redactUserInfo(title), platform: scope.target },
  };
}
