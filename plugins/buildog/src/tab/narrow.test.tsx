import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { fakeBuild } from '../__testUtils__/fakeBuild';
import { FakeBuildogApi } from '../__testUtils__/FakeBuildogApi';
import { renderTab } from '../__testUtils__/renderTab';

/** A page of 420 px, for `useMediaQuery`. */
function narrowPage(query: string): MediaQueryList {
  const limit = /max-width:\s*([\d.]+)px/.exec(query);
  return {
    matches: limit !== null && Number(limit[1]) >= 420,
    media: query,
    addListener: () => {},
    removeListener: () => {},
    addEventListener: () => {},
    removeEventListener: () => {},
  } as unknown as MediaQueryList;
}

beforeEach(() => {
  window.matchMedia = narrowPage;
});

it('shows builds as cards and filters as a sheet', async () => {
  const api = new FakeBuildogApi();
  api.builds = [
    fakeBuild({ number: 3, subject: 'Add a card' }),
    fakeBuild({ number: 2, phase: 'Failed' }),
  ];
  await renderTab('', api);
  const list = await screen.findByRole('list', { name: 'Builds' });
  expect(within(list).getByText('Add a card')).toBeInTheDocument();
  expect(screen.queryByRole('table')).not.toBeInTheDocument();

  await userEvent.click(screen.getByRole('button', { name: 'Filters' }));
  const sheet = await screen.findByRole('dialog', { name: 'Filters' });
  await userEvent.selectOptions(
    within(sheet).getByLabelText('Status'),
    'Failed',
  );
  await userEvent.click(
    within(sheet).getByRole('button', { name: 'Show builds' }),
  );
  expect(
    await screen.findByRole('button', { name: 'Filters (1)' }),
  ).toBeInTheDocument();
  expect(screen.getByTestId('address')).toHaveTextContent('?status=Failed');
});

it('names the current phase alone', async () => {
  const api = new FakeBuildogApi();
  api.builds = [
    fakeBuild({
      number: 3,
      phase: 'Running',
      phases: [
        { name: 'Queue', state: 'Done' },
        { name: 'Build', state: 'Running' },
        { name: 'Tag', state: 'NotStarted' },
      ],
    }),
  ];
  await renderTab('/3', api);
  const phases = await screen.findByRole('region', { name: 'Phases' });
  expect(within(phases).getByText('Build')).toBeInTheDocument();
  expect(within(phases).queryByText('Queue')).not.toBeInTheDocument();
});
