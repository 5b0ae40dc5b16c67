import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { LogStreamKey } from '@buildog/plugin-buildog-common';
import {
  RunnerError,
  type AttemptRef,
  type LogStore,
  type Runner,
} from '@buildog/plugin-buildog-node';
import { messageOf } from '../errorFacts';
import { ResumeFilter } from './ResumeFilter';
import { resumePoint } from './resumePoint';
import { OutOfStep, StreamWriter } from './StreamWriter';

/** What a {@link StreamFollower} needs. */
export interface StreamFollowerOptions {
  store: LogStore;
  runner: Runner;
  attempt: AttemptRef;
  container: string;
  logger: LoggerService;
  signal: AbortSignal;
  standbyMs: number;
}

const MAX_BACKOFF_MS = 5_000;

/**
 * Brings one container's output into the store, whatever breaks on the way.
 * Each pass begins where the store ends; a pass that brings nothing new after
 * the container has ended is the proof that nothing is missing.
 */
export class StreamFollower {
  private failures = 0;

  constructor(private readonly options: StreamFollowerOptions) {}

  /** Resolves when the stream is complete, or the signal aborts. */
  async run(): Promise<{ complete: boolean }> {
    const { store, signal } = this.options;
    while (!signal.aborted) {
      try {
        if (await this.pass()) {
          await store.complete(this.key);
          return { complete: true };
        }
        this.failures = 0;
      } catch (error) {
        if (!signal.aborted) await this.failed(error);
      }
    }
    return { complete: false };
  }

  /** @returns whether the stream is at its end. */
  private async pass(): Promise<boolean> {
    const { store, runner, attempt, container, signal } = this.options;
    const info = await store.stat(this.key);
    if (info?.complete || info?.truncated) return true;
    const point = await resumePoint(store, this.key, info?.size ?? 0);
    const filter = new ResumeFilter(point);
    const writer = new StreamWriter(
      store,
      this.key,
      point.offset,
      signal,
      this.options.standbyMs,
    );
    let anything = false;
    const take = async (bytes: Uint8Array) => {
      if (bytes.length === 0) return;
      anything = true;
      this.failures = 0;
      await writer.write(bytes);
    };
    try {
      for await (const chunk of runner.followLog(attempt, container, {
        since: point.since,
        signal,
      })) {
        await take(filter.push(chunk));
        if (writer.truncated) break;
      }
      // Only a stream that ended in order is known to hold whole lines.
      await take(filter.flush());
    } finally {
      await writer.flush();
    }
    return writer.truncated || !anything;
  }

  private async failed(error: unknown): Promise<void> {
    const { logger, container, attempt, signal } = this.options;
    // Another replica went ahead, or stored something else: look again.
    if (!(error instanceof OutOfStep)) {
      const message = messageOf(error);
      logger.warn(
        `The log of ${container} in attempt ${attempt.attemptId} broke off: ${message}; going on`,
      );
    }
    this.failures += 1;
    const ceiling = Math.min(MAX_BACKOFF_MS, 50 * 2 ** this.failures);
    const wait =
      (error instanceof RunnerError && error.retryAfterMs) ||
      ceiling / 2 + (Math.random() * ceiling) / 2;
    await sleep(wait, undefined, { signal }).catch(() => {});
  }

  private get key(): LogStreamKey {
    const { attempt, container } = this.options;
    return {
      buildId: attempt.buildId,
      attemptId: attempt.attemptId,
      container,
    };
  }
}
