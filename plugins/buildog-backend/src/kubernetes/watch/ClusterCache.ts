import type { LoggerService } from '@backstage/backend-plugin-api';
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { KubernetesClient } from '../client/KubernetesClient';
import { attemptOf, installationSelector } from '../job/labels';
import { AttemptObjects } from './AttemptObjects';
import { ResourceWatch } from './ResourceWatch';

/** What a {@link ClusterCache} needs. */
export interface ClusterCacheOptions {
  client: KubernetesClient;
  logger: LoggerService;
  namespace: string;
  installationId: string;
  /** See `ResourceWatchOptions`. */
  silenceMs?: number;
}

/** `undefined`: the watches are up again, and anything may be other than before. */
type Listener = (attemptId: string | undefined) => void;

/**
 * The Jobs and pods of one installation on one cluster, as the watches tell
 * them. Watches run while somebody holds the cache. What it says may be late;
 * `fresh` says whether both watches are up.
 */
export class ClusterCache {
  private readonly jobs = new AttemptObjects<V1Job>();
  private readonly pods = new AttemptObjects<V1Pod>();
  private readonly healthy = { jobs: false, pods: false };
  private readonly listeners = new Set<Listener>();
  private readonly ofAttempts = new Map<string, Set<Listener>>();
  private holders = 0;
  private running: AbortController | undefined;

  constructor(private readonly options: ClusterCacheOptions) {}

  /** Both watches have listed and have not failed since. */
  get fresh(): boolean {
    return this.healthy.jobs && this.healthy.pods;
  }

  /** Keeps the watches running until the returned function is called. */
  hold(): () => void {
    this.holders += 1;
    if (!this.running) this.start();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.holders -= 1;
      if (this.holders === 0) {
        this.running?.abort();
        this.running = undefined;
      }
    };
  }

  /**
   * Calls back with an attempt's id on each change of its Job or pods, and
   * without one when `fresh` becomes true.
   */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** {@link subscribe}, for one attempt only: hundreds may be waited for. */
  subscribeTo(attemptId: string, listener: Listener): () => void {
    const listeners = this.ofAttempts.get(attemptId) ?? new Set<Listener>();
    this.ofAttempts.set(attemptId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (
        listeners.size === 0 &&
        this.ofAttempts.get(attemptId) === listeners
      ) {
        this.ofAttempts.delete(attemptId);
      }
    };
  }

  job(attemptId: string): V1Job | undefined {
    return this.jobs.of(attemptId).at(-1);
  }

  podsOf(attemptId: string): V1Pod[] {
    return this.pods.of(attemptId);
  }

  private start(): void {
    const running = new AbortController();
    this.running = running;
    const { namespace } = this.options;
    void this.watch<V1Job>(
      'jobs',
      `/apis/batch/v1/namespaces/${namespace}/jobs`,
      this.jobs,
    ).run(running.signal);
    void this.watch<V1Pod>(
      'pods',
      `/api/v1/namespaces/${namespace}/pods`,
      this.pods,
    ).run(running.signal);
  }

  private watch<T extends V1Job | V1Pod>(
    kind: 'jobs' | 'pods',
    path: string,
    objects: AttemptObjects<T>,
  ): ResourceWatch<T> {
    return new ResourceWatch<T>({
      client: this.options.client,
      logger: this.options.logger,
      path,
      labelSelector: installationSelector(this.options.installationId),
      silenceMs: this.options.silenceMs,
      onList: list => {
        const attempts = new Set(objects.clear());
        for (const item of list) {
          objects.set(slim(item));
          const attempt = attemptOf(item.metadata ?? {});
          if (attempt) attempts.add(attempt.attemptId);
        }
        attempts.forEach(attemptId => this.tell(attemptId));
      },
      onChange: (type, item) => {
        if (type === 'DELETED') {
          objects.delete(item);
        } else {
          objects.set(slim(item));
        }
        const attempt = attemptOf(item.metadata ?? {});
        if (attempt) this.tell(attempt.attemptId);
      },
      onHealth: healthy => {
        const before = this.fresh;
        this.healthy[kind] = healthy;
        if (this.fresh && !before) this.tell(undefined);
      },
    });
  }

  private tell(attemptId: string | undefined): void {
    for (const listener of this.listeners) listener(attemptId);
    const waiting =
      attemptId === undefined
        ? [...this.ofAttempts.values()]
        : [this.ofAttempts.get(attemptId) ?? []];
    for (const listeners of waiting) {
      for (const listener of [...listeners]) listener(attemptId);
    }
  }
}

/** Without what nobody reads and what takes most of the memory. */
function slim<T extends V1Job | V1Pod>(item: T): T {
  delete item.metadata?.managedFields;
  delete item.metadata?.annotations;
  const spec =
    'template' in (item.spec ?? {})
      ? (item as V1Job).spec?.template.spec
      : (item as V1Pod).spec;
  if (spec) {
    delete spec.volumes;
    for (const container of [
      ...(spec.initContainers ?? []),
      ...(spec.containers ?? []),
    ]) {
      delete container.env;
      delete container.args;
      delete container.volumeMounts;
    }
  }
  return item;
}
