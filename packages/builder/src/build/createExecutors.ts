import { join } from 'node:path';
import type { Executor } from '../execute/Executor';
import type { SolveListener } from '../solve/SolveEvent';
import type { BuildOptions } from './BuildOptions';
import type { Workshop } from './Workshop';

/** The executor of a build, made when the first step has to run. */
export interface LazyExecutor {
  get(): Promise<Executor>;
  close(): Promise<void>;
}

/** Where the executor comes from: nothing is looked at when all steps are cached. */
export function createExecutors(
  { executor: preference = 'auto', allowAddresses = [] }: BuildOptions,
  { layers, scratch }: Workshop,
  listener: SolveListener,
  env: NodeJS.ProcessEnv,
): LazyExecutor {
  let made: Promise<Executor> | undefined;
  const make = async (): Promise<Executor> => {
    const [
      { examineMachine },
      { selectExecutor },
      { AllowList },
      { SandboxNetworks },
      { upstreamFromEnvironment },
    ] = await Promise.all([
      import('../execute/machine/examineMachine'),
      import('../execute/selectExecutor'),
      import('../network/AllowList'),
      import('../network/SandboxNetworks'),
      import('../network/upstreamProxy'),
    ]);
    const folder = join(scratch, 'steps');
    const machine = await examineMachine(folder);
    return selectExecutor(preference, machine, {
      store: layers,
      scratch: folder,
      networks: new SandboxNetworks({
        rules: { allow: new AllowList(allowAddresses) },
        upstream: upstreamFromEnvironment(env),
      }),
      warn: message => listener({ type: 'warning', message }),
    });
  };
  return {
    get: () => (made ??= make()),
    async close() {
      const executor = await made?.catch(() => undefined);
      await executor?.close();
    },
  };
}
