import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { apiPaths } from './client/apiPaths';
import { messageOf } from './client/errorFacts';
import type { KubernetesClient } from './client/KubernetesClient';
import type { ResolvedClusterConfig } from './KubernetesClusterConfig';
import { LABELS, MANAGED_BY } from './job/labels';
import { probeManifest } from './job/probeManifest';

/** What a {@link UserNamespaceProbe} needs. */
export interface UserNamespaceProbeOptions {
  client: KubernetesClient;
  logger: LoggerService;
  config: ResolvedClusterConfig;
  installationId: string;
}

const LOOK_MS = 500;
const PATIENCE_MS = 20_000;
const AGAIN_MS = 10 * 60_000;

/**
 * Decides `hostUsers: auto`: runs a Job in a user namespace once and
 * remembers the answer. The API server of an old cluster drops the field, a
 * runtime that cannot do it fails to make the container, so only a container
 * that really ran says yes.
 */
export class UserNamespaceProbe {
  private answer: Promise<boolean> | undefined;

  constructor(private readonly options: UserNamespaceProbeOptions) {}

  /** Whether pods get user namespaces here. Waits some seconds the first time. */
  async supported(signal: AbortSignal): Promise<boolean> {
    this.answer ??= this.decide();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), {
        once: true,
      });
    });
    return Promise.race([this.answer, aborted]);
  }

  private async decide(): Promise<boolean> {
    const { client, config, logger } = this.options;
    const name = `buildog-probe-${randomBytes(5).toString('hex')}`;
    const paths = apiPaths(config.namespace);
    try {
      await client.request<V1Job>({
        method: 'POST',
        path: paths.jobs,
        body: probeManifest(name, config, {
          [LABELS.managedBy]: MANAGED_BY,
          [LABELS.installation]: this.options.installationId,
        }),
      });
      const supported = await this.watchPod(name);
      logger.info(
        `Cluster ${config.name} ${
          supported ? 'runs' : 'does not run'
        } pods in user namespaces`,
      );
      return supported;
    } catch (error) {
      const message = messageOf(error);
      logger.warn(
        `Could not find out whether cluster ${config.name} runs pods in user namespaces: ${message}; going on without, asking again in ten minutes`,
      );
      setTimeout(() => {
        this.answer = undefined;
      }, AGAIN_MS).unref();
      return false;
    } finally {
      await client
        .request({
          method: 'DELETE',
          path: paths.job(name),
          query: { propagationPolicy: 'Background' },
        })
        .catch(() => {});
    }
  }

  private async watchPod(name: string): Promise<boolean> {
    const { client, config } = this.options;
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const { items } = await client.request<{ items: V1Pod[] }>({
        path: apiPaths(config.namespace).pods,
        query: { labelSelector: `job-name=${name}` },
      });
      const answer = items[0] && readProbe(items[0]);
      if (answer !== undefined) return answer;
      await sleep(LOOK_MS);
    }
    throw new Error(
      `the probe's pod did not start within ${PATIENCE_MS / 1000} seconds`,
    );
  }
}

/** What the probe's pod says; `undefined` while it says nothing. */
export function readProbe(pod: V1Pod): boolean | undefined {
  if (pod.spec?.hostUsers !== false) return false;
  const state = pod.status?.containerStatuses?.[0]?.state;
  const { terminated, waiting } = state ?? {};
  if (state?.running) return true;
  if (terminated) {
    return ![
      'StartError',
      'ContainerCannotRun',
      'ContainerStatusUnknown',
    ].includes(terminated.reason ?? '');
  }
  return ['CreateContainerError', 'RunContainerError'].includes(
    waiting?.reason ?? '',
  )
    ? false
    : undefined;
}
