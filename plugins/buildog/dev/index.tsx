import { createDevApp } from '@backstage/frontend-dev-utils';
import {
  ApiBlueprint,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import buildogPlugin, { buildogApiRef } from '../src';
import { DevWorld, entityOf, SCENES } from './world';

const world = new DevWorld();

// The page with a controller and a catalog in memory: one component for each
// state a page can be in.
createDevApp({
  features: [
    buildogPlugin,
    catalogPlugin,
    createFrontendModule({
      pluginId: 'catalog',
      extensions: [
        ApiBlueprint.make({
          params: define =>
            define({
              api: catalogApiRef,
              deps: {},
              factory: () => catalogApiMock({ entities: SCENES.map(entityOf) }),
            }),
        }),
      ],
    }),
    createFrontendModule({
      pluginId: 'buildog',
      extensions: [
        ApiBlueprint.make({
          params: define =>
            define({ api: buildogApiRef, deps: {}, factory: () => world }),
        }),
      ],
    }),
  ],
});
