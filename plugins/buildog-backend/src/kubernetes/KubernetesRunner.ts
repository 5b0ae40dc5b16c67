import type { LoggerService } from '@backstage/backend-plugin-api';
import type { KubernetesClusterConfig } from './KubernetesClusterConfig';

/** What a {@link KubernetesRunner} needs. */
export interface KubernetesRunnerOptions {
  cluster: KubernetesClusterConfig;
  /** Of this database; a label of everything the runner makes or looks at. */
  installationId: string;
  logger: LoggerService;
}

/** Runs prepared jobs as Kubernetes Jobs on one cluster. */
export class KubernetesRunner {
  readonly contractVersion = 1;
  readonly name: string;

  constructor(options: KubernetesRunnerOptions) {
    this.name = options.cluster.name;
  }
}
