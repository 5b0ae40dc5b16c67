import { createPermission } from '@backstage/plugin-permission-common';
import type { Permission } from '@backstage/plugin-permission-common';
import type { PolicyQueryUser } from '@backstage/plugin-permission-node';
import {
  buildogAdministerPermission,
  buildogBuildCancelPermission,
  buildogBuildCreatePermission,
  buildogBuildReadPermission,
  buildogLogReadPermission,
} from '@buildog/plugin-buildog-common';
import { DemoPermissionPolicy } from './permissionPolicy';

const policy = new DemoPermissionPolicy();

const catalogEntityReadPermission = createPermission({
  name: 'catalog.entity.read',
  attributes: { action: 'read' },
});

const decide = (permission: Permission, groups: string[] = []) =>
  policy.handle({ permission }, {
    info: {
      userEntityRef: 'user:default/guest',
      ownershipEntityRefs: ['user:default/guest', ...groups],
    },
  } as PolicyQueryUser);

describe('DemoPermissionPolicy', () => {
  it.each([buildogBuildCreatePermission, buildogBuildCancelPermission])(
    'leaves $name to owners of the component',
    async permission => {
      expect(await decide(permission, ['group:default/team'])).toMatchObject({
        result: 'CONDITIONAL',
        conditions: {
          rule: 'IS_ENTITY_OWNER',
          params: { claims: ['user:default/guest', 'group:default/team'] },
        },
      });
    },
  );

  it.each([
    buildogBuildReadPermission,
    buildogLogReadPermission,
    catalogEntityReadPermission,
  ])('lets everybody have $name', async permission => {
    expect(await decide(permission)).toEqual({ result: 'ALLOW' });
  });

  it('lets the platform team administer, and nobody else', async () => {
    const of = async (groups: string[]) =>
      (await decide(buildogAdministerPermission, groups)).result;
    expect(await of(['group:default/platform-team'])).toBe('ALLOW');
    expect(await of(['group:default/other-team'])).toBe('DENY');
    expect(
      (await policy.handle({ permission: buildogAdministerPermission })).result,
    ).toBe('DENY');
  });
});
