import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { PermissionsRegistryServiceAddResourceTypeOptions } from '@backstage/backend-plugin-api';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { component } from '../http/__testUtils__/entities';
import type { BuildResource } from '../http/access/buildRules';
import { newBuild } from '../store/__testUtils__/newBuild';
import { openStore } from '../store/__testUtils__/testStores';
import { registerPermissions } from './registerPermissions';

type ResourceType = PermissionsRegistryServiceAddResourceTypeOptions<
  string,
  BuildResource,
  unknown
>;

describe('registerPermissions', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it('makes permissions, rules and resources known', async () => {
    const store = await openStore(await databases.init('SQLITE_3'));
    const { build } = await store.insertBuild(newBuild());
    const added: ResourceType[] = [];
    const addPermissions = jest.fn();
    registerPermissions(
      mockServices.permissionsRegistry.mock({
        addPermissions,
        addResourceType: options =>
          void added.push(options as unknown as ResourceType),
      }),
      {
        store,
        catalog: catalogServiceMock({ entities: [component('app')] }),
        auth: mockServices.auth(),
      },
    );
    expect(addPermissions.mock.calls[0][0][0].name).toBe('buildog.administer');
    const [{ permissions, rules, getResources }] = added;
    expect(permissions?.map(({ name }) => name)).toEqual([
      'buildog.build.create',
      'buildog.build.read',
      'buildog.build.cancel',
      'buildog.log.read',
    ]);
    expect(rules.map(({ name }) => name)).toEqual(['IS_ENTITY_OWNER']);
    expect(
      await getResources?.([
        build.id,
        'no-such-build',
        'component:default/app',
        'component:default/none',
      ]),
    ).toEqual([
      { entityRef: build.entityRef, ownerRef: 'group:default/team-payments' },
      undefined,
      { entityRef: 'component:default/app', ownerRef: 'group:default/owners' },
      undefined,
    ]);
  });
});
