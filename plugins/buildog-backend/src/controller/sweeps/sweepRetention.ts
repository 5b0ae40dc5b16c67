import { retain } from '../../domain/retention';
import type { ControllerDependencies } from '../ControllerDependencies';

/**
 * Purges old logs and deletes old builds. Logs go before the row that knows
 * of them, so that a crash in between leaves nothing behind for good.
 */
export async function sweepRetention(
  { store, logStore, options, clock, logger }: ControllerDependencies,
  signal: AbortSignal,
): Promise<void> {
  let after: string | undefined;
  do {
    if (signal.aborted) return;
    const page: Awaited<ReturnType<typeof store.listFinished>> =
      await store.listFinished(after);
    const verdict = retain(page.builds, options.retention, clock());
    for (const id of verdict.purgeLogs) {
      await logStore.purge(id);
      await store.markLogsPurged([id]);
    }
    for (const id of verdict.delete) {
      await logStore.purge(id);
      await store.deleteBuilds([id]);
    }
    if (verdict.purgeLogs.length + verdict.delete.length > 0) {
      logger.info(
        `Retention purged the logs of ${verdict.purgeLogs.length} builds and deleted ${verdict.delete.length} builds`,
      );
    }
    after = page.next;
  } while (after !== undefined);
}
