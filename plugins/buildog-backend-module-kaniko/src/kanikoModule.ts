import { createBackendModule } from '@backstage/backend-plugin-api';
import { buildogSchedulersExtensionPoint } from '@buildog/plugin-buildog-node';
import { kanikoScheduler } from './kanikoScheduler';

/**
 * Adds the scheduler type `kaniko` to Buildog.
 * @public
 */
export const kanikoModule = createBackendModule({
  pluginId: 'buildog',
  moduleId: 'kaniko',
  register(env) {
    env.registerInit({
      deps: { schedulers: buildogSchedulersExtensionPoint },
      async init({ schedulers }) {
        schedulers.addScheduler(kanikoScheduler);
      },
    });
  },
});
