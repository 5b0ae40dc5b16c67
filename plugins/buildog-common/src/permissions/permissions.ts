import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Resource type of conditional decisions about builds.
 * @public
 */
export const RESOURCE_TYPE_BUILDOG_BUILD = 'buildog-build';

/**
 * Start a build of an entity, retry or rebuild one. Besides it the caller
 * needs permission to read the entity.
 * @public
 */
export const buildogBuildCreatePermission = createPermission({
  name: 'buildog.build.create',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_BUILDOG_BUILD,
});

/** See builds in lists and open their pages. @public */
export const buildogBuildReadPermission = createPermission({
  name: 'buildog.build.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_BUILDOG_BUILD,
});

/** Cancel a build. @public */
export const buildogBuildCancelPermission = createPermission({
  name: 'buildog.build.cancel',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_BUILDOG_BUILD,
});

/** Read a build's logs. @public */
export const buildogLogReadPermission = createPermission({
  name: 'buildog.log.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_BUILDOG_BUILD,
});

/** Pause admission, drain, see the state of the controller. @public */
export const buildogAdministerPermission = createPermission({
  name: 'buildog.administer',
  attributes: { action: 'update' },
});

/** All of them, for `createPermissionIntegrationRouter`. @public */
export const buildogPermissions = [
  buildogBuildCreatePermission,
  buildogBuildReadPermission,
  buildogBuildCancelPermission,
  buildogLogReadPermission,
  buildogAdministerPermission,
];
