import {
  createPlugin,
  createRoutableExtension,
  createRouteRef,
} from '@backstage/core-plugin-api';
import { buildogApiFactory } from '../api/buildogApiFactory';

const rootRouteRef = createRouteRef({ id: 'buildog' });

/**
 * Container image builds, for apps of the old frontend system.
 * @public
 */
export const buildogPlugin = createPlugin({
  id: 'buildog',
  apis: [buildogApiFactory],
  routes: { root: rootRouteRef },
});

/**
 * The Build tab, to be put into an `EntityLayout.Route` with the path
 * `/build`.
 * @public
 */
export const EntityBuildContent = buildogPlugin.provide(
  createRoutableExtension({
    name: 'EntityBuildContent',
    component: () => import('../tab/BuildTab').then(m => m.BuildTab),
    mountPoint: rootRouteRef,
  }),
);
