import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ControllerStore } from '../store/ControllerStore';
import type { BuildNotifier } from './BuildNotifier';
import { sleep } from './sleep';

/** Messages delivered at once. */
const BATCH = 50;

/** Messages of so long are delivered together. */
const PAUSE_MS = 100;

/** What is not acknowledged comes again after this. */
const LEASE_MS = 30_000;

/**
 * Delivers the outbox: at least once, in order per build. A message that
 * cannot be delivered holds back the later ones of its build only.
 */
export class OutboxDispatcher {
  private kicked = new AbortController();

  constructor(
    private readonly options: {
      store: ControllerStore;
      notifier: BuildNotifier;
      logger: LoggerService;
      pollMs: number;
    },
  ) {}

  /** There is something to deliver. */
  kick(): void {
    this.kicked.abort();
  }

  /** Delivers until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.kicked = new AbortController();
      const delivered = await this.dispatch();
      await sleep(PAUSE_MS, signal);
      if (delivered === 0) {
        await sleep(
          this.options.pollMs,
          AbortSignal.any([signal, this.kicked.signal]),
        );
      }
    }
  }

  /** One batch. @returns how many were delivered. */
  async dispatch(): Promise<number> {
    const { store, notifier, logger } = this.options;
    const messages = await store.claimOutbox({
      limit: BATCH,
      leaseMs: LEASE_MS,
    });
    const failed = new Set<string>();
    const delivered: number[] = [];
    for (const message of messages) {
      if (failed.has(message.buildId)) continue;
      try {
        await notifier.deliver(message);
        delivered.push(message.id);
      } catch (error) {
        failed.add(message.buildId);
        logger.warn(
          `Message ${message.id} about build ${message.buildId} was not delivered; tried again`,
          error instanceof Error ? error : undefined,
        );
      }
    }
    await store.acknowledgeOutbox(delivered);
    return delivered.length;
  }
}
