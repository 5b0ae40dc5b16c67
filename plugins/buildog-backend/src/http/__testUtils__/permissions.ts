import type {
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type {
  Permission,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { createBuildConditionalDecision } from '../access/buildRules';
import { buildConditions, buildRules } from '../access/buildRules';

/** Groups of the tests' people. */
const GROUPS: Record<string, string[]> = {
  'user:default/owner': ['group:default/owners'],
  'user:default/admin': ['group:default/owners', 'group:default/others'],
  'user:default/stranger': ['group:default/nobody'],
  'user:default/private': ['group:default/owners'],
};

/**
 * Owners build and cancel; everybody reads, except `private`, who sees only
 * what they own, and `blind`, who sees nothing; `admin` administers; nobody
 * but owners reads logs.
 */
export function testPermissions(): PermissionsService {
  const decide = (
    permission: Permission,
    credentials: BackstageCredentials,
  ): PolicyDecision => {
    const user = nameOf(credentials);
    const claims = [user, ...(GROUPS[user] ?? [])];
    const owned = () =>
      createBuildConditionalDecision(
        permission as Parameters<typeof createBuildConditionalDecision>[0],
        buildConditions.isEntityOwner({ claims }),
      );
    if (user === 'user:default/blind') return { result: AuthorizeResult.DENY };
    switch (permission.name) {
      case 'buildog.administer':
        return {
          result:
            user === 'user:default/admin'
              ? AuthorizeResult.ALLOW
              : AuthorizeResult.DENY,
        };
      case 'buildog.build.read':
        return user === 'user:default/private'
          ? owned()
          : { result: AuthorizeResult.ALLOW };
      default:
        return owned();
    }
  };
  return mockServices.permissions.mock({
    authorizeConditional: async (requests, { credentials }) =>
      requests.map(({ permission }) => decide(permission, credentials)),
    authorize: async (requests, { credentials }) =>
      requests.map(({ permission }) => ({
        result:
          decide(permission, credentials).result === AuthorizeResult.ALLOW
            ? AuthorizeResult.ALLOW
            : AuthorizeResult.DENY,
      })),
  });
}

/** The registry after `registerPermissions`. */
export function testPermissionsRegistry(): PermissionsRegistryService {
  const getRuleByName = (name: string) => {
    const rule = buildRules.find(r => r.name === name);
    if (!rule) throw new Error(`no rule ${name}`);
    return rule;
  };
  return mockServices.permissionsRegistry.mock({
    getPermissionRuleset: (() => ({
      getRuleByName,
    })) as unknown as PermissionsRegistryService['getPermissionRuleset'],
  });
}

function nameOf({ principal }: BackstageCredentials): string {
  return (principal as { userEntityRef?: string }).userEntityRef ?? 'service';
}
