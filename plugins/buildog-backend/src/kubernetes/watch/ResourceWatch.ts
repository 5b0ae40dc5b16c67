import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { KubernetesObject } from '@kubernetes/client-node';
import { ApiError, isApiStatus } from '../client/ApiError';
import { messageOf } from '../client/errorFacts';
import type { KubernetesClient } from '../client/KubernetesClient';
import { readLines } from './readLines';

/** What a {@link ResourceWatch} needs. */
export interface ResourceWatchOptions<T> {
  client: KubernetesClient;
  logger: LoggerService;
  /** Path of the list. */
  path: string;
  labelSelector?: string;
  /** Everything there is, after each list. */
  onList(items: T[]): void;
  onChange(type: 'ADDED' | 'MODIFIED' | 'DELETED', item: T): void;
  /** Whether what was heard is up to date. */
  onHealth(healthy: boolean): void;
  /** Silence after which a watch counts as dead. Default 100 s. */
  silenceMs?: number;
  /** Longest wait between tries. Default 5 s. */
  maxBackoffMs?: number;
}

interface ResourceList<T> {
  metadata?: { resourceVersion?: string; continue?: string };
  items: T[];
}

interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: T;
}

const PAGE = 500;
const WATCH_SECONDS = 270;
const BRIEF_MS = 250;

/**
 * Lists a resource and watches it, for ever: whatever ends a watch (an error,
 * silence, an expired version, the API server's restart) leads to another
 * one. After anything but an orderly end it lists anew, because then nobody
 * can say what was missed.
 */
export class ResourceWatch<T extends KubernetesObject> {
  private failures = 0;

  constructor(private readonly options: ResourceWatchOptions<T>) {}

  /** Resolves when the signal aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let version: string | undefined;
    while (!signal.aborted) {
      try {
        version ??= await this.list(signal);
        const began = Date.now();
        version = await this.watch(version, signal);
        // A server that is going ends watches at once, and in good order.
        if (Date.now() - began < BRIEF_MS) await pause(BRIEF_MS, signal);
      } catch (error) {
        version = undefined;
        if (!signal.aborted) await this.failed(error, signal);
      }
    }
    this.options.onHealth(false);
  }

  private async list(signal: AbortSignal): Promise<string> {
    const { client, path, labelSelector } = this.options;
    const items: T[] = [];
    let next: string | undefined;
    let version: string | undefined;
    do {
      const page: ResourceList<T> = await client.request({
        path,
        query: { labelSelector, limit: PAGE, continue: next },
        signal,
      });
      items.push(...page.items);
      next = page.metadata?.continue || undefined;
      version = page.metadata?.resourceVersion;
    } while (next);
    this.options.onList(items);
    this.options.onHealth(true);
    return version ?? '';
  }

  /** @returns the version to go on from, once the server ended the watch. */
  private async watch(from: string, signal: AbortSignal): Promise<string> {
    const { client, path, labelSelector, silenceMs = 100_000 } = this.options;
    let version = from;
    const body = await client.stream({
      path,
      query: {
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion: from,
        timeoutSeconds: WATCH_SECONDS,
        labelSelector,
      },
      signal,
    });
    for await (const line of readLines(body, silenceMs)) {
      const { type, object } = JSON.parse(line) as WatchEvent<T>;
      if (type === 'ERROR') {
        const status = object as { code?: number; message?: string };
        throw new ApiError(status.code ?? 0, status.message ?? 'watch failed');
      }
      this.failures = 0;
      version = object.metadata?.resourceVersion ?? version;
      if (type !== 'BOOKMARK') this.options.onChange(type, object);
    }
    return version;
  }

  private async failed(error: unknown, signal: AbortSignal): Promise<void> {
    const { logger, path, maxBackoffMs = 5_000 } = this.options;
    this.failures += 1;
    // An expired version is ordinary after a quiet time.
    if (isApiStatus(error, 410) && this.failures === 1) return;
    this.options.onHealth(false);
    const message = messageOf(error);
    logger.warn(`Watching ${path} ended: ${message}; trying again`);
    const ceiling = Math.min(maxBackoffMs, 100 * 2 ** this.failures);
    const wait =
      (error instanceof ApiError && error.retryAfterMs) ||
      ceiling / 2 + (Math.random() * ceiling) / 2;
    await pause(wait, signal);
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
