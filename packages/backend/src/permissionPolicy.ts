import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type { PolicyDecision } from '@backstage/plugin-permission-common';
import { isPermission } from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import {
  buildConditions,
  createBuildConditionalDecision,
} from '@buildog/plugin-buildog-backend';
import {
  buildogAdministerPermission,
  buildogBuildCancelPermission,
  buildogBuildCreatePermission,
} from '@buildog/plugin-buildog-common';

/** Members of it administer the demo. */
const ADMINISTRATORS = 'group:default/platform-team';

/**
 * The demo's rules: everybody sees every build, owners of a component start
 * and cancel its builds, the platform team administers. The rest of
 * Backstage is open.
 */
export class DemoPermissionPolicy implements PermissionPolicy {
  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    const claims = user?.info.ownershipEntityRefs ?? [];
    if (isPermission(permission, buildogAdministerPermission)) {
      return {
        result: claims.includes(ADMINISTRATORS)
          ? AuthorizeResult.ALLOW
          : AuthorizeResult.DENY,
      };
    }
    for (const owned of [
      buildogBuildCreatePermission,
      buildogBuildCancelPermission,
    ]) {
      if (isPermission(permission, owned)) {
        return createBuildConditionalDecision(
          owned,
          buildConditions.isEntityOwner({ claims }),
        );
      }
    }
    return { result: AuthorizeResult.ALLOW };
  }
}

/** Installs {@link DemoPermissionPolicy}. */
export default createBackendModule({
  pluginId: 'permission',
  moduleId: 'demo-policy',
  register(env) {
    env.registerInit({
      deps: { policy: policyExtensionPoint, logger: coreServices.logger },
      async init({ policy, logger }) {
        policy.setPolicy(new DemoPermissionPolicy());
        logger.info('Owners of a component may build it');
      },
    });
  },
});
