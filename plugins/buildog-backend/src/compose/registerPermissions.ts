import type {
  AuthService,
  PermissionsRegistryService,
} from '@backstage/backend-plugin-api';
import { RELATION_OWNED_BY } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  buildogAdministerPermission,
  buildogBuildCancelPermission,
  buildogBuildCreatePermission,
  buildogBuildReadPermission,
  buildogLogReadPermission,
} from '@buildog/plugin-buildog-common';
import type { BuildResource } from '../http/access/buildRules';
import { buildResourceRef, buildRules } from '../http/access/buildRules';
import type { BuildStore } from '../store/BuildStore';

/** What the permission framework may ask us about. */
export interface PermissionSources {
  store: BuildStore;
  catalog: CatalogService;
  auth: AuthService;
}

/**
 * Makes the permissions, the resource type `buildog-build` and its rules
 * known. A resource is a build's id, or the ref of an entity that is to be
 * built.
 */
export function registerPermissions(
  registry: PermissionsRegistryService,
  sources: PermissionSources,
): void {
  registry.addPermissions([buildogAdministerPermission]);
  registry.addResourceType({
    resourceRef: buildResourceRef,
    permissions: [
      buildogBuildCreatePermission,
      buildogBuildReadPermission,
      buildogBuildCancelPermission,
      buildogLogReadPermission,
    ],
    rules: buildRules,
    getResources: refs =>
      Promise.all(
        refs.map(ref =>
          ref.includes('/') ? entity(sources, ref) : build(sources, ref),
        ),
      ),
  });
}

async function build(
  { store }: PermissionSources,
  id: string,
): Promise<BuildResource | undefined> {
  const snapshot = await store.getBuild(id);
  return (
    snapshot && {
      entityRef: snapshot.build.entityRef,
      ownerRef: snapshot.build.ownerRef,
    }
  );
}

async function entity(
  { catalog, auth }: PermissionSources,
  entityRef: string,
): Promise<BuildResource | undefined> {
  const credentials = await auth.getOwnServiceCredentials();
  const found = await catalog.getEntityByRef(entityRef, { credentials });
  return (
    found && {
      entityRef,
      ownerRef: found.relations?.find(r => r.type === RELATION_OWNED_BY)
        ?.targetRef,
    }
  );
}
