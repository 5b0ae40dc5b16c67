import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { BuildStore } from '../store/BuildStore';

const BATCH = 100;

/** What {@link markOrphans} works with. */
export interface MarkOrphansOptions {
  store: BuildStore;
  catalog: CatalogService;
  auth: AuthService;
  logger: LoggerService;
}

/**
 * Asks the catalog which configurations' entities are gone, or back. Their
 * builds are removed by retention after a time of grace, because an entity
 * may be away only for a moment. A catalog that does not answer marks
 * nothing.
 */
export async function markOrphans(
  { store, catalog, auth, logger }: MarkOrphansOptions,
  signal: AbortSignal,
): Promise<void> {
  const credentials = await auth.getOwnServiceCredentials();
  let after: string | undefined;
  while (!signal.aborted) {
    const configs = await store.listConfigs({ after, limit: BATCH });
    if (configs.length === 0) return;
    const { items } = await catalog.getEntitiesByRefs(
      {
        entityRefs: configs.map(config => config.entityRef),
        fields: ['kind', 'metadata.name'],
      },
      { credentials },
    );
    for (const [index, { entityRef, orphaned }] of configs.entries()) {
      const gone = items[index] === undefined;
      if (gone === orphaned) continue;
      logger.info(
        gone
          ? `${entityRef} is not in the catalog any more; its builds go after the time of grace`
          : `${entityRef} is in the catalog again; its builds stay`,
      );
      await store.setConfigOrphaned(entityRef, gone);
    }
    after = configs[configs.length - 1].id;
  }
}
