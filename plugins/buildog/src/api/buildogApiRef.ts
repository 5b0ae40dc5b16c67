import { createApiRef } from '@backstage/core-plugin-api';
import type { BuildogApi } from '@buildog/plugin-buildog-common';

/**
 * The controller's API in the app. Replace its factory to reach a controller
 * elsewhere.
 * @public
 */
export const buildogApiRef = createApiRef<BuildogApi>({
  id: 'plugin.buildog.service',
});
