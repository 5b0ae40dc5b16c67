import { BuilderError } from '../errors/BuilderError';
import type { Step } from './Executor';

/**
 * Refuses a step that can not be run here, before anything is made for it.
 *
 * @throws {@link BuilderError} `cancelled`, `validation`, `unsupported`
 */
export function checkStep(
  step: Step,
  platforms: readonly string[],
  signal: AbortSignal,
): void {
  if (signal.aborted) {
    throw new BuilderError('cancelled', 'the step was cancelled', {
      operation: 'exec',
    });
  }
  if (step.args.length === 0 || step.args[0] === '') {
    throw invalid('RUN needs a program');
  }
  if (step.args[0].includes('=')) {
    throw invalid(
      `the program ${JSON.stringify(
        step.args[0],
      )} has "=" in its name: rename it, or start it with a shell`,
    );
  }
  for (const text of [...step.args, ...step.env, step.cwd, step.user]) {
    if (text.includes('\0')) {
      throw invalid('a program, its arguments and its environment hold no NUL');
    }
  }
  const broken = step.env.find(entry => entry.indexOf('=') < 1);
  if (broken !== undefined) {
    throw invalid(
      `${JSON.stringify(
        broken.slice(0, 100),
      )} is no variable: write NAME=value`,
    );
  }
  const platform = `${step.platform.os}/${step.platform.architecture}`;
  if (!platforms.includes(platform)) {
    throw new BuilderError(
      'unsupported',
      `this machine can not run programs for ${platform}: install qemu-user-static and register it with binfmt_misc (flag F), or build on a machine of that kind`,
      { operation: 'exec', platform },
    );
  }
}

function invalid(message: string): BuilderError {
  return new BuilderError('validation', message, { operation: 'exec' });
}
