import type { Runner } from '@buildog/plugin-buildog-node';
import type { ControllerDependencies } from './ControllerDependencies';
import { EffectError } from './EffectError';

/** @throws EffectError when app-config has no such cluster. */
export function runnerOf(
  { runners }: Pick<ControllerDependencies, 'runners'>,
  cluster: string,
): Runner {
  const runner = runners.get(cluster);
  if (!runner) {
    throw new EffectError(
      'RunnerNotConfigured',
      runners.size === 0
        ? 'No cluster is configured. Set buildog.runner.kubernetes.clusters, or buildog.runner.local.enabled.'
        : `buildog.runner has no cluster ${cluster}. Add it, or choose another one.`,
      { category: 'Policy', retryable: false },
    );
  }
  return runner;
}
