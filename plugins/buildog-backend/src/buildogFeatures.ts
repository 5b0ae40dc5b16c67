import { createBackendFeatureLoader } from '@backstage/backend-plugin-api';

/**
 * The controller and the kaniko scheduler together: one `backend.add` is
 * enough. Other schedulers are modules that are added beside it.
 * @public
 */
export const buildogFeatures = createBackendFeatureLoader({
  *loader() {
    yield import('./plugin').then(({ buildogPlugin }) => ({
      default: buildogPlugin,
    }));
    yield import('@buildog/plugin-buildog-backend-module-kaniko');
  },
});
