import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Runner } from '@buildog/plugin-buildog-node';
import type { BuildogConfig } from '../config';
import { KubernetesRunner } from '../kubernetes/KubernetesRunner';
import { LocalRunner } from '../local/LocalRunner';

/**
 * A runner for each configured cluster, beside those that modules added.
 * No cluster is asked anything yet.
 *
 * @throws Error that names the cluster, for unusable credentials.
 */
export async function composeRunners(
  config: BuildogConfig,
  added: ReadonlyMap<string, Runner>,
  options: { installationId: string; logger: LoggerService },
): Promise<Map<string, Runner>> {
  const runners = new Map(added);
  for (const cluster of config.runner.kubernetes.clusters) {
    if (runners.has(cluster.name)) {
      throw new Error(
        `A module added a runner called ${cluster.name}, as a cluster of buildog.runner.kubernetes.clusters is called; rename one`,
      );
    }
    runners.set(
      cluster.name,
      await KubernetesRunner.create({
        cluster,
        installationId: options.installationId,
        logger: options.logger.child({ cluster: cluster.name }),
      }),
    );
  }
  const { local } = config.runner;
  if (local.enabled) {
    const runner = await createLocalRunner(local, options);
    if (runners.has(runner.name)) {
      throw new Error(
        `A module added a runner called ${runner.name}, as buildog.runner.local is called; rename it`,
      );
    }
    runners.set(runner.name, runner);
  }
  return runners;
}

/** @throws Error where this is not Linux. */
async function createLocalRunner(
  config: BuildogConfig['runner']['local'],
  options: { installationId: string; logger: LoggerService },
): Promise<LocalRunner> {
  if (process.platform !== 'linux') {
    throw new Error(
      `buildog.runner.local.enabled is true, and this is ${process.platform}: builds run as processes on Linux only. Set it to false and use a cluster, buildog.runner.kubernetes.clusters.`,
    );
  }
  const runner = await LocalRunner.create({
    config,
    installationId: options.installationId,
    logger: options.logger.child({ cluster: 'local' }),
  });
  const found = await runner.check({ signal: AbortSignal.timeout(10_000) });
  if (!found.ok) options.logger.warn(found.message);
  return runner;
}
