import type { ControllerDependencies } from '../ControllerDependencies';
import { sweepLogs } from './sweepLogs';
import { sweepRetention } from './sweepRetention';
import { sweepWorkloads } from './sweepWorkloads';

/** What one sweep remembers for the next. */
export interface SweepMemory {
  /** Workloads that the last sweep did not know. */
  unknown: Set<string>;
}

/** How long a repeated request is recognised. */
const IDEMPOTENCY_SECONDS = 24 * 3600;

/**
 * Removes what nobody needs any more: workloads and logs without a build,
 * old builds, stale keys. Any replica may sweep at any time; every removal is
 * idempotent. One part that fails does not keep the others from running.
 */
export async function sweep(
  dependencies: ControllerDependencies,
  memory: SweepMemory,
  signal: AbortSignal,
): Promise<void> {
  const { store, logger, options } = dependencies;
  const parts: [string, () => Promise<void>][] = [
    ['workloads', () => sweepWorkloads(dependencies, memory, signal)],
    ['retention', () => sweepRetention(dependencies, signal)],
    ['logs', () => sweepLogs(dependencies, signal)],
    [
      'stale keys',
      () =>
        store.deleteExpired({
          idempotencySeconds: IDEMPOTENCY_SECONDS,
          orphanSeconds: options.retention.orphanDays * 86_400,
        }),
    ],
  ];
  for (const [name, part] of parts) {
    if (signal.aborted) return;
    try {
      await part();
    } catch (error) {
      logger.warn(
        `The sweep of ${name} failed; it is repeated`,
        error instanceof Error ? error : undefined,
      );
    }
  }
}
