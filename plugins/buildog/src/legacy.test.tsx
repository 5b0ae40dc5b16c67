import { EntityProvider } from '@backstage/plugin-catalog-react';
import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { screen } from '@testing-library/react';
import { Route, Routes } from 'react-router-dom';
import { buildogApiRef, buildogPlugin, EntityBuildContent } from './legacy';
import { fakeBuild } from './__testUtils__/fakeBuild';
import { FakeBuildogApi } from './__testUtils__/FakeBuildogApi';
import { fakeEntity } from './__testUtils__/fakeEntity';

it('is content of entity pages in the old frontend system', async () => {
  const api = new FakeBuildogApi();
  api.builds = [fakeBuild({ number: 3, subject: 'Add a tab' })];
  await renderInTestApp(
    <TestApiProvider apis={[[buildogApiRef, api]]}>
      <EntityProvider entity={fakeEntity}>
        <Routes>
          <Route path="/entity/build/*" element={<EntityBuildContent />} />
        </Routes>
      </EntityProvider>
    </TestApiProvider>,
    { routeEntries: ['/entity/build'] },
  );
  expect(
    await screen.findByRole('link', { name: '#3 Add a tab' }),
  ).toHaveAttribute('href', '/entity/build/3');
});

it('brings the client of the API', () => {
  expect([...buildogPlugin.getApis()].map(factory => factory.api.id)).toEqual([
    'plugin.buildog.service',
  ]);
});
