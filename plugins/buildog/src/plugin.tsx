import {
  ApiBlueprint,
  createFrontendPlugin,
} from '@backstage/frontend-plugin-api';
import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';
import { buildogApiFactory } from './api/buildogApiFactory';
import { isBuildable } from './isBuildable';

const buildogApi = ApiBlueprint.make({
  params: defineParams => defineParams(buildogApiFactory),
});

// Without a group, so that the tab is where people look for it; an
// administrator may set another path, title, group or filter in app-config.
const buildTab = EntityContentBlueprint.make({
  name: 'build',
  params: {
    path: '/build',
    title: 'Build',
    filter: isBuildable,
    loader: () => import('./tab/BuildTab').then(m => <m.BuildTab />),
  },
});

/**
 * Container image builds on the pages of the catalog.
 * @public
 */
export const buildogPlugin = createFrontendPlugin({
  pluginId: 'buildog',
  title: 'Buildog',
  info: { packageJson: () => import('../package.json') },
  extensions: [buildogApi, buildTab],
});
