import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Runner } from '@buildog/plugin-buildog-node';
import type { BuildogConfig } from '../config';
import { KubernetesRunner } from '../kubernetes/KubernetesRunner';

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
  return runners;
}
