import type { ControllerDependencies } from '../ControllerDependencies';

const BATCH = 200;

/** Purges logs of builds that are not in the database. */
export async function sweepLogs(
  { logStore, store, logger }: ControllerDependencies,
  signal: AbortSignal,
): Promise<void> {
  let after: string | undefined;
  while (!signal.aborted) {
    const ids: string[] = await logStore.listBuilds({ limit: BATCH, after });
    if (ids.length === 0) return;
    const known = await store.findBuilds(ids);
    for (const id of ids) {
      if (known.has(id)) continue;
      logger.info(`Purging the logs of build ${id}, which does not exist`);
      await logStore.purge(id);
    }
    after = ids[ids.length - 1];
  }
}
