import type { ControllerDependencies } from '../ControllerDependencies';
import type { SweepMemory } from './sweep';

/** Ids asked for in one question. */
const BATCH = 500;

/**
 * Ends workloads of this installation that no attempt needs: those whose
 * removal was given up, and those the database does not know, as after the
 * restore of an old one. An attempt is written before its workload is asked
 * for, so an unknown one is never new; still it is only removed when two
 * sweeps in a row did not know it, which leaves time to stop a backend that
 * was started on a wrong database.
 */
export async function sweepWorkloads(
  { runners, store, logger }: ControllerDependencies,
  memory: SweepMemory,
  signal: AbortSignal,
): Promise<void> {
  const unknownNow = new Set<string>();
  for (const runner of runners.values()) {
    const workloads = await runner.list({ signal }).catch(error => {
      logger.warn(`Runner ${runner.name} does not list its workloads`, error);
      return [];
    });
    for (let from = 0; from < workloads.length; from += BATCH) {
      const batch = workloads.slice(from, from + BATCH);
      const known = await store.findAttempts(batch.map(w => w.attemptId));
      for (const workload of batch) {
        const { attemptId, name } = workload;
        const row = known.get(attemptId);
        if (row?.live) continue;
        if (!row) {
          unknownNow.add(attemptId);
          if (!memory.unknown.has(attemptId)) {
            logger.warn(
              `Workload ${name} in ${runner.name} belongs to no build of this database; the next sweep removes it`,
            );
            continue;
          }
        }
        logger.info(`Removing workload ${name} in ${runner.name}: not needed`);
        await runner
          .remove(workload, { gracePeriodSeconds: 0, signal })
          .catch(error =>
            logger.warn(`Workload ${name} could not be removed`, error),
          );
      }
    }
  }
  memory.unknown = unknownNow;
}
