import type { LoggerService } from '@backstage/backend-plugin-api';
import type { LogTarget, LogTransport } from '@buildog/plugin-buildog-node';
import type { LogHub } from './LogHub';
import type { LogIngest } from './LogIngest';
import { within } from './within';

/** What a {@link SidecarTransport} needs. */
export interface SidecarTransportOptions {
  hub: LogHub;
  ingest: LogIngest;
  /**
   * Reads what a sidecar that died has left behind: bytes and offsets are the
   * same on both ways, so one goes on where the other stopped.
   */
  fallback?: LogTransport;
  logger: LoggerService;
  /** Silence after which a sidecar counts as dead. Default 45 s. */
  silenceMs?: number;
  clock?: () => Date;
}

interface Attached {
  target: LogTarget;
  since: number;
  timer: NodeJS.Timeout;
  /** The fallback reads. */
  relieved: boolean;
}

/** Log transport `sidecar`: the pod pushes its output to {@link LogIngest}. */
export class SidecarTransport implements LogTransport {
  readonly type = 'sidecar';
  readonly contractVersion = 1;
  private readonly attached = new Map<string, Attached>();
  private readonly silenceMs: number;
  private readonly now: () => Date;

  constructor(private readonly options: SidecarTransportOptions) {
    this.silenceMs = options.silenceMs ?? 45_000;
    this.now = options.clock ?? (() => new Date());
  }

  attach(target: LogTarget): void {
    const { attemptId } = target.attempt;
    if (this.attached.has(attemptId)) return;
    const timer = setInterval(
      () => this.look(attemptId),
      Math.max(10, this.silenceMs / 5),
    );
    timer.unref();
    this.attached.set(attemptId, {
      target,
      since: this.now().getTime(),
      timer,
      relieved: false,
    });
  }

  /**
   * Waits for the sidecar for half of the time, then has the fallback fetch
   * what is missing.
   */
  async settle(
    target: LogTarget,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<{ complete: boolean }> {
    const { timeoutMs, signal } = options;
    const { fallback } = this.options;
    const patience = fallback ? timeoutMs / 2 : timeoutMs;
    if (await this.completed(target, patience, signal)) {
      return { complete: true };
    }
    if (!fallback || signal.aborted) return { complete: false };
    this.options.logger.warn(
      `The sidecar of attempt ${target.attempt.attemptId} left logs behind; reading them from the cluster`,
    );
    return fallback.settle(target, { timeoutMs: timeoutMs / 2, signal });
  }

  detach(attemptId: string): void {
    clearInterval(this.attached.get(attemptId)?.timer);
    this.attached.delete(attemptId);
    this.options.ingest.forget(attemptId);
    this.options.fallback?.detach(attemptId);
  }

  private async completed(
    target: LogTarget,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const { buildId, attemptId } = target.attempt;
    const all = Promise.all(
      target.containers.map(container =>
        this.options.hub.completed(
          { buildId, attemptId, container },
          { signal: either },
        ),
      ),
    );
    const results = await within(all, { timeoutMs, signal });
    stop.abort();
    await all.catch(() => {});
    return results?.every(Boolean) ?? false;
  }

  /** A sidecar that says nothing at all has died, or never started. */
  private look(attemptId: string): void {
    const entry = this.attached.get(attemptId);
    if (!entry || entry.relieved || !this.options.fallback) return;
    const heard =
      this.options.ingest.lastHeard(attemptId)?.getTime() ?? entry.since;
    if (this.now().getTime() - heard < this.silenceMs) return;
    entry.relieved = true;
    this.options.logger.warn(
      `Nothing was heard of the sidecar of attempt ${attemptId} for ${
        this.silenceMs / 1000
      } s; reading its logs from the cluster`,
    );
    this.options.fallback.attach(entry.target);
  }
}
