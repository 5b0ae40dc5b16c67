import { renderTestApp } from '@backstage/frontend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { screen } from '@testing-library/react';
import buildogPlugin, { buildogApiRef, isBuildable } from '.';
import { fakeBuild } from './__testUtils__/fakeBuild';
import { FakeBuildogApi } from './__testUtils__/FakeBuildogApi';
import { fakeEntity } from './__testUtils__/fakeEntity';

it('adds its tab to entities in the new frontend system', async () => {
  const api = new FakeBuildogApi();
  api.builds = [fakeBuild({ number: 3, subject: 'Add a tab' })];
  renderTestApp({
    features: [catalogPlugin, buildogPlugin],
    apis: [
      [catalogApiRef, catalogApiMock({ entities: [fakeEntity] })],
      [buildogApiRef, api],
    ],
    initialRouteEntries: ['/catalog/default/component/payments-api/build'],
  });
  expect(await screen.findByRole('link', { name: 'Build' })).toHaveAttribute(
    'aria-current',
    'page',
  );
  expect(
    await screen.findByRole('link', { name: '#3 Add a tab' }),
  ).toHaveAttribute('href', '/catalog/default/component/payments-api/build/3');
});

it('has no tab on entities without a source', () => {
  expect(isBuildable(fakeEntity)).toBe(true);
  expect(
    isBuildable({ ...fakeEntity, metadata: { name: 'payments-api' } }),
  ).toBe(false);
});
