import type { LoggerService } from '@backstage/backend-plugin-api';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type {
  AttemptObservation,
  AttemptRef,
  PreparedJob,
  Runner,
} from '@buildog/plugin-buildog-node';
import { availablePlatforms } from './availablePlatforms';
import { openConnection } from './client/ClusterConnection';
import { isApiStatus } from './client/ApiError';
import { apiPaths } from './client/apiPaths';
import { messageOf } from './client/errorFacts';
import { KubernetesClient } from './client/KubernetesClient';
import { toRunnerError } from './client/toRunnerError';
import { defaultClusterConfig } from './defaultClusterConfig';
import { followContainerLog } from './followContainerLog';
import { attemptSecret } from './job/attemptSecret';
import { checkJob } from './job/checkJob';
import { jobManifest } from './job/jobManifest';
import { attemptOf, installationSelector, LABELS } from './job/labels';
import type {
  KubernetesClusterConfig,
  ResolvedClusterConfig,
} from './KubernetesClusterConfig';
import { CreateFailures } from './observe/CreateFailures';
import { News } from './observe/News';
import { observeJob } from './observe/observeJob';
import { removeJob } from './removeJob';
import { startJob } from './startJob';
import { UserNamespaceProbe } from './UserNamespaceProbe';
import { ClusterCache } from './watch/ClusterCache';

/** What a {@link KubernetesRunner} needs. */
export interface KubernetesRunnerOptions {
  cluster: KubernetesClusterConfig;
  /** Of this database; a label of everything the runner makes or looks at. */
  installationId: string;
  logger: LoggerService;
}

/**
 * Runs prepared jobs as Kubernetes Jobs on one cluster. Everything that lives
 * longer than a call is the watch, and that only while somebody needs it.
 */
export class KubernetesRunner implements Runner {
  readonly contractVersion = 1;
  readonly name: string;
  private readonly cache: ClusterCache;
  private readonly probe: UserNamespaceProbe;
  private readonly createFailures: CreateFailures;

  /**
   * Reads the credentials of the cluster's `access`; makes no request.
   *
   * @throws Error that names the cluster and what is wrong with its access.
   */
  static async create(
    options: KubernetesRunnerOptions,
  ): Promise<KubernetesRunner> {
    const { cluster } = options;
    try {
      const connection = await openConnection(cluster.access);
      return new KubernetesRunner(
        options,
        defaultClusterConfig(cluster),
        new KubernetesClient(connection),
      );
    } catch (error) {
      const message = messageOf(error);
      throw new Error(`Cluster ${cluster.name} cannot be used: ${message}`, {
        cause: error,
      });
    }
  }

  private constructor(
    private readonly options: KubernetesRunnerOptions,
    private readonly config: ResolvedClusterConfig,
    private readonly client: KubernetesClient,
  ) {
    this.name = config.name;
    const { logger, installationId } = options;
    const { namespace } = config;
    this.cache = new ClusterCache({
      client,
      logger,
      namespace,
      installationId,
    });
    this.probe = new UserNamespaceProbe({
      client,
      logger,
      config,
      installationId,
    });
    this.createFailures = new CreateFailures(client);
  }

  async start(
    job: PreparedJob,
    { signal }: { signal: AbortSignal },
  ): Promise<{ uid: string }> {
    checkJob(job, this.config);
    const { namespace } = this.config;
    return this.translated('start the job', async () => {
      const userNamespace = await this.wantsUserNamespace(job, signal);
      return startJob({
        client: this.client,
        cluster: this.name,
        namespace,
        attempt: job.attempt,
        job: jobManifest(job, this.config, { userNamespace }),
        secret: owner => attemptSecret(job, namespace, owner),
        signal,
      });
    });
  }

  async observe(
    attempt: AttemptRef,
    { fresh, signal }: { fresh: boolean; signal: AbortSignal },
  ): Promise<AttemptObservation> {
    return this.translated('look at the job', async () => {
      const cached =
        fresh || !this.cache.fresh ? undefined : this.recall(attempt);
      // What the watch has not heard of may have been made just now.
      const { job, pods } = cached ?? (await this.fetch(attempt, signal));
      const failure =
        job && pods.length === 0
          ? await this.createFailures.find(job, signal)
          : undefined;
      return observeJob(attempt, job, pods, failure);
    });
  }

  async remove(
    attempt: AttemptRef,
    options: { gracePeriodSeconds: number; signal: AbortSignal },
  ): Promise<void> {
    const { namespace } = this.config;
    await this.translated('remove the job', () =>
      removeJob({ client: this.client, namespace, attempt, ...options }),
    );
  }

  async watch(
    onChange: (attemptId: string) => void,
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    if (signal.aborted) return;
    const news = new News();
    const unsubscribe = this.cache.subscribe(attemptId => {
      if (attemptId === undefined) return;
      const job = this.cache.job(attemptId);
      const attempt = job?.metadata && attemptOf(job.metadata);
      if (!attempt) news.forget(attemptId);
      else if (!news.about(attempt, job, this.cache.podsOf(attemptId))) return;
      onChange(attemptId);
    });
    const release = this.cache.hold();
    await new Promise<void>(resolve => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    unsubscribe();
    release();
  }

  followLog(
    attempt: AttemptRef,
    container: string,
    options: { since?: Date; signal: AbortSignal },
  ): AsyncIterable<Uint8Array> {
    return followContainerLog({
      client: this.client,
      cache: this.cache,
      cluster: this.name,
      namespace: this.config.namespace,
      attempt,
      container,
      ...options,
    });
  }

  async check({
    signal,
  }: {
    signal: AbortSignal;
  }): Promise<{ ok: true; version: string } | { ok: false; message: string }> {
    try {
      return await this.translated('list jobs', async () => {
        const { gitVersion } = await this.client.request<{
          gitVersion: string;
        }>({ path: '/version', signal });
        // The version is public; a list shows that the credential works.
        await this.client.request({
          path: apiPaths(this.config.namespace).jobs,
          query: { limit: 1 },
          signal,
        });
        return { ok: true as const, version: gitVersion };
      });
    } catch (error) {
      signal.throwIfAborted();
      return {
        ok: false,
        message: messageOf(error),
      };
    }
  }

  async list({ signal }: { signal: AbortSignal }): Promise<AttemptRef[]> {
    return this.translated('list jobs', async () => {
      const { items } = await this.client.request<{ items: V1Job[] }>({
        path: apiPaths(this.config.namespace).jobs,
        query: {
          labelSelector: installationSelector(this.options.installationId),
        },
        signal,
      });
      return items.flatMap(job => attemptOf(job.metadata ?? {}) ?? []);
    });
  }

  /**
   * Platforms (`os/arch`) that a Ready node can take; `undefined` where the
   * cluster's configuration does not allow to look at nodes (`watchNodes`).
   *
   * @throws RunnerError.
   */
  async platformsAvailable(options: {
    signal: AbortSignal;
  }): Promise<Set<string> | undefined> {
    const { watchNodes, nodeSelector = {} } = this.config;
    if (!watchNodes) return undefined;
    return this.translated('list nodes', () =>
      availablePlatforms(this.client, nodeSelector, options.signal),
    );
  }

  /** Ends the connections; the runner is not used any more. */
  close(): void {
    this.client.close();
  }

  private async wantsUserNamespace(
    job: PreparedJob,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { hostUsers } = this.config;
    if (hostUsers === 'required') return true;
    if (
      hostUsers === 'off' ||
      job.build.needs.userNamespaces === 'unsupported'
    ) {
      return false;
    }
    return this.probe.supported(signal);
  }

  private recall(
    attempt: AttemptRef,
  ): { job: V1Job | undefined; pods: V1Pod[] } | undefined {
    const job = this.cache.job(attempt.attemptId);
    return job && { job, pods: this.cache.podsOf(attempt.attemptId) };
  }

  private async fetch(
    attempt: AttemptRef,
    signal: AbortSignal,
  ): Promise<{ job: V1Job | undefined; pods: V1Pod[] }> {
    const paths = apiPaths(this.config.namespace);
    const [job, pods] = await Promise.all([
      this.client
        .request<V1Job>({ path: paths.job(attempt.name), signal })
        .catch(error => {
          if (isApiStatus(error, 404)) return undefined;
          throw error;
        }),
      this.client.request<{ items: V1Pod[] }>({
        path: paths.pods,
        query: {
          labelSelector: `${LABELS.installation}=${attempt.installationId},${LABELS.attempt}=${attempt.attemptId}`,
        },
        signal,
      }),
    ]);
    return { job, pods: pods.items };
  }

  private async translated<T>(
    doing: string,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toRunnerError(error, this.name, doing);
    }
  }
}
