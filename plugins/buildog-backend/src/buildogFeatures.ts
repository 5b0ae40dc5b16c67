import { createBackendFeatureLoader } from '@backstage/backend-plugin-api';
import kanikoModule from '@buildog/plugin-buildog-backend-module-kaniko';
import { buildogPlugin } from './plugin';

/**
 * The controller and the kaniko scheduler together: one `backend.add` is
 * enough. Other schedulers are modules that are added beside it.
 * @public
 */
export const buildogFeatures = createBackendFeatureLoader({
  loader: () => [buildogPlugin, kanikoModule],
});
