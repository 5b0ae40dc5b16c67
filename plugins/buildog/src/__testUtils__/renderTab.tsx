import { alertApiRef } from '@backstage/core-plugin-api';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { Route, Routes, useLocation } from 'react-router-dom';
import { buildogApiRef } from '../api/buildogApiRef';
import { BuildTab } from '../tab/BuildTab';
import { fakeEntity } from './fakeEntity';
import { FakeBuildogApi } from './FakeBuildogApi';

const Address = () => {
  const { pathname, search, hash } = useLocation();
  return <output data-testid="address">{`${pathname}${search}${hash}`}</output>;
};

/** A tab on the page of {@link fakeEntity}. */
export interface RenderedTab {
  api: FakeBuildogApi;
  /** Sends what the controller would send to open pages. */
  signal: (message: object) => void;
  /** Alerts that were posted. */
  posted: string[];
  unmount: () => void;
}

/**
 * Renders the tab of an entity at `path` inside it, with a controller in
 * memory.
 */
export async function renderTab(
  path = '',
  api = new FakeBuildogApi(),
): Promise<RenderedTab> {
  const listeners = new Set<(message: never) => void>();
  const signals = {
    subscribe: (_channel: string, onMessage: (message: never) => void) => {
      listeners.add(onMessage);
      return { unsubscribe: () => listeners.delete(onMessage) };
    },
  };
  const posted: string[] = [];
  const alerts = {
    post: ({ message }: { message: string }) => posted.push(message),
    alert$: () => ({ subscribe: () => ({ unsubscribe: () => {} }) }),
  };
  // jsdom has no layout, and a log without height shows no row.
  for (const side of ['offsetHeight', 'offsetWidth'] as const) {
    Object.defineProperty(HTMLElement.prototype, side, {
      configurable: true,
      value: 800,
    });
  }
  const { unmount } = await renderInTestApp(
    <TestApiProvider
      apis={[
        [buildogApiRef, api],
        [signalApiRef, signals as never],
        [alertApiRef, alerts as never],
      ]}
    >
      <EntityProvider entity={fakeEntity}>
        <Routes>
          <Route path="/entity/build/*" element={<BuildTab />} />
        </Routes>
      </EntityProvider>
      <Address />
    </TestApiProvider>,
    {
      routeEntries: [`/entity/build${path}`],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    },
  );
  const signal = (message: object) =>
    listeners.forEach(listener => listener(message as never));
  return { unmount, api, signal, posted };
}
