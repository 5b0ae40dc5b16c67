import { at } from '../../dockerfile/parser/statementError';
import type { Vertex } from '../../graph/Operation';
import type { LinkedInstruction, StageNode } from '../stages/StageNode';
import type { StageState } from '../StageState';
import { applyArg } from './applyArg';
import {
  applyCommand,
  applyHealthcheck,
  applyList,
  applyPairs,
  applyText,
} from './applyConfig';
import { applyFiles } from './applyFiles';
import { applyRun } from './applyRun';
import { applyWorkdir } from './applyWorkdir';

/**
 * Applies one instruction to a stage.
 *
 * @param treeOf - the files of another node
 * @throws BuilderError `validation` with the place of the instruction
 */
export function applyInstruction(
  state: StageState,
  linked: LinkedInstruction,
  treeOf: (node: StageNode) => Vertex,
): void {
  at(linked.instruction, () => apply(state, linked, treeOf));
}

function apply(
  state: StageState,
  { instruction, source, mounts }: LinkedInstruction,
  treeOf: (node: StageNode) => Vertex,
): void {
  switch (instruction.kind) {
    case 'arg':
      return applyArg(state, instruction);
    case 'env':
    case 'label':
      return applyPairs(state, instruction);
    case 'copy':
    case 'add':
      return applyFiles(state, instruction, source && treeOf(source));
    case 'run':
      return applyRun(
        state,
        instruction,
        (mounts ?? []).map(mount => mount && treeOf(mount)),
      );
    case 'cmd':
    case 'entrypoint':
      return applyCommand(state, instruction);
    case 'healthcheck':
      return applyHealthcheck(state, instruction);
    case 'expose':
    case 'volume':
      return applyList(state, instruction);
    case 'workdir':
      return applyWorkdir(state, instruction);
    case 'user':
    case 'stopsignal':
    case 'maintainer':
      return applyText(state, instruction);
    case 'shell':
      state.config.Shell = instruction.shell;
      return state.commit(`SHELL [${instruction.shell.join(' ')}]`);
    default:
      state.config.OnBuild = [
        ...(state.config.OnBuild ?? []),
        instruction.trigger,
      ];
      return undefined;
  }
}
