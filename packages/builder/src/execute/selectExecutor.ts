import { BuilderError } from '../errors/BuilderError';
import type { Executor } from './Executor';
import { ChrootExecutor } from './ChrootExecutor';
import { insideSandbox } from './enterSandbox';
import { findStepPrograms } from './findStepPrograms';
import type { Machine } from './machine/Machine';
import { NamespaceExecutor } from './NamespaceExecutor';
import type { ExecutorSetup } from './ExecutorSetup';

/** The executor to be used; `auto` is the safest one that works. @public */
export type ExecutorPreference = 'auto' | Executor['name'];

/**
 * Makes the executor that was asked for.
 *
 * @throws {@link BuilderError} `unsupported` when the machine does not let it
 * work: the message has every finding that stands against it, with what to
 * install
 * @public
 */
export async function selectExecutor(
  preference: ExecutorPreference,
  machine: Machine,
  setup: ExecutorSetup,
): Promise<Executor> {
  const name =
    preference === 'auto'
      ? machine.executors[0]
      : machine.executors.find(works => works === preference);
  if (preference === 'container') {
    throw new BuilderError(
      'unsupported',
      'this version has no executor "container": use "auto", "rootless", "local" or "chroot"',
      { operation: 'exec' },
    );
  }
  const programs = findStepPrograms();
  if (!name || !programs) throw unsupported(preference, machine);
  const options = { ...setup, programs, platforms: machine.platforms };
  switch (name) {
    case 'rootless':
    case 'local':
      if (!insideSandbox()) {
        throw new BuilderError(
          'unsupported',
          `the executor "${name}" needs a mount namespace of its own: the program has to call enterSandbox() first`,
          { operation: 'exec' },
        );
      }
      return NamespaceExecutor.open({ ...options, name });
    case 'chroot':
      return ChrootExecutor.open(options);
    default:
      throw unsupported(preference, machine);
  }
}

function unsupported(
  preference: ExecutorPreference,
  { findings, executors }: Machine,
): BuilderError {
  const reasons = findings
    .filter(({ ok }) => !ok)
    .map(({ message }) => `- ${message}`)
    .join('\n');
  const instead =
    executors.length > 0 ? ` Instead there is: ${executors.join(', ')}.` : '';
  return new BuilderError(
    'unsupported',
    `this machine can not run RUN steps${
      preference === 'auto' ? '' : ` with the executor "${preference}"`
    }:\n${reasons}\n${instead}`.trim(),
    { operation: 'exec' },
  );
}
