import {
  createApiFactory,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { BuildogClient } from '@buildog/plugin-buildog-common';
import { buildogApiRef } from './buildogApiRef';

/** The client of the controller's API, for both frontend systems. */
export const buildogApiFactory = createApiFactory({
  api: buildogApiRef,
  deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
  factory: ({ discoveryApi, fetchApi }) =>
    new BuildogClient({ discoveryApi, fetchApi }),
});
