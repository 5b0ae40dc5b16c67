import type { TextInstruction } from '../../dockerfile/Instruction';
import { quote } from '../../dockerfile/text/redact';
import type { StageState } from '../StageState';
import { expand } from './expand';
import { resolvePath } from './paths';

/** `WORKDIR`: makes the directory, too, for the user that the image has at that point. */
export function applyWorkdir(
  state: StageState,
  instruction: TextInstruction,
): void {
  const path = expand(state, instruction, instruction.text);
  if (!state.workdirSet && !path.startsWith('/')) {
    state.scope.warn(
      'WorkdirRelativePath',
      instruction,
      () =>
        `WORKDIR ${quote(
          path,
        )} starts from whatever the base image has; write an absolute path`,
    );
  }
  state.workdirSet = true;
  // The image keeps an absolute path as it was written, as BuildKit has it.
  const previous = state.config.WorkingDir || '/';
  const written = path.startsWith('/')
    ? path
    : (path && resolvePath(previous, path)) || previous;
  state.config.WorkingDir = written;
  state.directory = resolvePath('/', written);
  const createdBy = `WORKDIR ${written}`;
  if (state.directory === '/') {
    state.commit(createdBy);
    return;
  }
  state.nextStep();
  state.vertex = state.makeVertex(
    {
      kind: 'makeDirectory',
      path: state.directory,
      mode: 0o755,
      user: state.config.User ?? '',
    },
    [state.vertex],
    instruction,
    { createdBy },
  );
  state.commit(createdBy, state.vertex);
}
