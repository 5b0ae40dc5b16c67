import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { component } from '../http/__testUtils__/entities';
import { newBuild } from '../store/__testUtils__/newBuild';
import { openStore } from '../store/__testUtils__/testStores';
import { markOrphans } from './markOrphans';

describe('markOrphans', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
  const { signal } = new AbortController();

  it('marks what is gone, and takes it back', async () => {
    const store = await openStore(await databases.init('SQLITE_3'));
    for (const name of ['app', 'gone']) {
      await store.insertBuild(
        newBuild({ entityRef: `component:default/${name}` }),
      );
    }
    const options = {
      store,
      auth: mockServices.auth(),
      logger: mockServices.logger.mock(),
    };
    const orphaned = async () =>
      (await store.listConfigs({ limit: 10 }))
        .filter(config => config.orphaned)
        .map(config => config.entityRef);

    const without = catalogServiceMock({ entities: [component('app')] });
    await markOrphans({ ...options, catalog: without }, signal);
    expect(await orphaned()).toEqual(['component:default/gone']);

    const both = catalogServiceMock({
      entities: [component('app'), component('gone')],
    });
    await markOrphans({ ...options, catalog: both }, signal);
    expect(await orphaned()).toEqual([]);

    const broken = catalogServiceMock.mock({
      getEntitiesByRefs: async () => {
        throw new Error('the catalog is away');
      },
    });
    await expect(
      markOrphans({ ...options, catalog: broken }, signal),
    ).rejects.toThrow('away');
    expect(await orphaned()).toEqual([]);
  });
});
