import type { Instruction } from '../../dockerfile/Instruction';
import type { PlanScope } from '../PlanScope';

const secret =
  /(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)/i;
const harmless = /(?:_|^)public(?:_|$)/i;

/** Warns of variables that look as if they held a secret: anybody can read them in the image. */
export function warnOfSecret(
  scope: PlanScope,
  instruction: Instruction,
  name: string,
): void {
  if (!secret.test(name) || harmless.test(name)) return;
  scope.warn(
    'SecretsUsedInArgOrEnv',
    instruction,
    () =>
      `${name} looks like a secret, and ${instruction.name.toUpperCase()} leaves it in the image; use RUN --mount=type=secret`,
  );
}
