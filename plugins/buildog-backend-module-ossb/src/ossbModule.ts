import { createBackendModule } from '@backstage/backend-plugin-api';
import { buildogSchedulersExtensionPoint } from '@buildog/plugin-buildog-node';
import { ossbScheduler } from './ossbScheduler';

/**
 * Adds the scheduler type `ossb` to Buildog.
 * @public
 */
export const ossbModule = createBackendModule({
  pluginId: 'buildog',
  moduleId: 'ossb',
  register(env) {
    env.registerInit({
      deps: { schedulers: buildogSchedulersExtensionPoint },
      async init({ schedulers }) {
        schedulers.addScheduler(ossbScheduler);
      },
    });
  },
});
