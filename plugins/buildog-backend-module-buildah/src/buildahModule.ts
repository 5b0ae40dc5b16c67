import { createBackendModule } from '@backstage/backend-plugin-api';
import { buildogSchedulersExtensionPoint } from '@buildog/plugin-buildog-node';
import { buildahScheduler } from './buildahScheduler';

/**
 * Adds the scheduler type `buildah` to Buildog.
 * @public
 */
export const buildahModule = createBackendModule({
  pluginId: 'buildog',
  moduleId: 'buildah',
  register(env) {
    env.registerInit({
      deps: { schedulers: buildogSchedulersExtensionPoint },
      async init({ schedulers }) {
        schedulers.addScheduler(buildahScheduler);
      },
    });
  },
});
