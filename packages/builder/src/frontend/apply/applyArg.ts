import type { ArgInstruction } from '../../dockerfile/Instruction';
import type { StageState } from '../StageState';
import { warnOfSecret } from '../lint/warnOfSecret';
import { expand } from './expand';

/** Arguments that steer the build and are not shown to programs. */
const hidden = new Set([
  'BUILDKIT_SBOM_SCAN_CONTEXT',
  'BUILDKIT_SBOM_SCAN_STAGE',
]);

/**
 * `ARG`: the value is what the build was given, else the default, else what the
 * name means before the first `FROM`, else none.
 */
export function applyArg(state: StageState, instruction: ArgInstruction): void {
  const { scope } = state;
  const texts = instruction.arguments.map(({ name, value: written }) => {
    warnOfSecret(scope, instruction, name);
    const given = Object.hasOwn(scope.buildArgs, name)
      ? scope.buildArgs[name]
      : undefined;
    const value =
      given ??
      (written === undefined
        ? scope.globals.get(name)
        : expand(state, instruction, written));
    if (value !== undefined && !hidden.has(name)) {
      state.environment.set(name, value);
    }
    state.arguments.push({ name, ...(value === undefined ? {} : { value }) });
    return value === undefined ? name : `${name}=${value}`;
  });
  state.commit(`ARG ${texts.join(' ')}`);
}

/** The arguments of a stage with their present values, as histories show them before a command. */
export function argumentPrefix(state: StageState): string[] {
  const values = new Map<string, string>();
  for (const { name, value } of state.arguments) {
    values.set(name, state.environment.get(name) ?? value ?? '');
  }
  if (values.size === 0) return [];
  return [
    `|${values.size}`,
    ...Array.from(values, ([name, value]) => `${name}=${value}`),
  ];
}
