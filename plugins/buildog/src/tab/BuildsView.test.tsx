import { NotAllowedError } from '@backstage/errors';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FAKE_ENTITY_REF,
  fakeBuild,
  fakeTask,
} from '../__testUtils__/fakeBuild';
import { FakeBuildogApi, fakeStatus } from '../__testUtils__/FakeBuildogApi';
import { renderTab } from '../__testUtils__/renderTab';

function apiWith(...builds: ReturnType<typeof fakeBuild>[]): FakeBuildogApi {
  const api = new FakeBuildogApi();
  api.builds = builds;
  return api;
}

const FAILED = fakeBuild({
  number: 40,
  phase: 'Failed',
  subject: 'Bundle the model',
  reason: {
    code: 'StepOutOfMemory',
    category: 'User',
    message: 'Step 9 needed more memory than its limit of 2 GiB.',
  },
  tasks: [
    fakeTask('a', 'default', 'linux/amd64', 'Failed'),
    fakeTask('b', 'default', 'linux/arm64', 'Built'),
  ],
});

it('says in each row what it is, who started it, and why it failed', async () => {
  await renderTab('', apiWith(FAILED));
  const row = await screen.findByRole('row', { name: /#40/ });
  expect(row).toHaveTextContent('Failed');
  expect(row).toHaveTextContent('Bundle the model');
  expect(row).toHaveTextContent('main');
  expect(row).toHaveTextContent('3f9c2ae');
  expect(row).toHaveTextContent('Started by hand');
  expect(row).toHaveTextContent('guest');
  expect(row).toHaveTextContent(/needed more memory than its limit of 2 GiB/);
  expect(
    within(row).getByRole('img', {
      name: 'default: linux/amd64 failed, linux/arm64 built',
    }),
  ).toBeInTheDocument();
  expect(within(row).getByRole('link', { name: /#40/ })).toHaveAttribute(
    'href',
    '/entity/build/40',
  );
});

it('shows what is live and how builds have gone', async () => {
  const api = apiWith(FAILED);
  api.statuses.set(
    FAKE_ENTITY_REF,
    fakeStatus({
      latestImage: {
        reference: 'registry.example.com/payments/payments-api:v1',
        digest: `sha256:${'7b1e05c9'.repeat(8)}`,
        signed: 'NotChecked',
        build: { id: 'build-39', number: 39 },
      },
      statistics: {
        finished: 36,
        succeeded: 34,
        medianSeconds: 188,
        medianSecondsBefore: 200,
      },
    }),
  );
  await renderTab('', api);
  expect(await screen.findByText('94 %')).toBeInTheDocument();
  expect(screen.getByText('34 of 36 builds')).toBeInTheDocument();
  expect(screen.getByText('3 min 08 s')).toBeInTheDocument();
  expect(screen.getByText('12 s faster than before')).toBeInTheDocument();
  expect(screen.getByText('Signature not checked')).toBeInTheDocument();
  expect(screen.getByText('payments-api:v1')).toBeInTheDocument();
});

it('builds the default branch under one key, and opens the build', async () => {
  const { api } = await renderTab('', apiWith(FAILED));
  await userEvent.click(
    await screen.findByRole('button', { name: 'Build main' }),
  );
  expect(await screen.findByTestId('address')).toHaveTextContent(
    '/entity/build/41',
  );
  const [call] = api.calls.filter(c => c.method === 'startBuild');
  expect(call.args[0]).toEqual({ entityRef: FAKE_ENTITY_REF, branch: 'main' });
  expect(call.args[1]).toEqual({
    idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

it('repeats a press that failed under the same key', async () => {
  const { api, posted } = await renderTab('', apiWith(FAILED));
  api.failures.startBuild = new Error('The controller did not answer.');
  const button = await screen.findByRole('button', { name: 'Build main' });
  await userEvent.click(button);
  await waitFor(() =>
    expect(posted).toEqual(['The controller did not answer.']),
  );
  delete api.failures.startBuild;
  await userEvent.click(button);
  await waitFor(() =>
    expect(screen.getByTestId('address')).toHaveTextContent('/41'),
  );
  const keys = api.calls
    .filter(c => c.method === 'startBuild')
    .map(c => (c.args[1] as { idempotencyKey: string }).idempotencyKey);
  expect(new Set(keys).size).toBe(1);
});

it('builds another branch from the menu, and a commit from the dialog', async () => {
  const { api } = await renderTab('', apiWith(FAILED));
  await userEvent.click(
    await screen.findByRole('button', { name: 'Build another branch' }),
  );
  await userEvent.click(
    await screen.findByRole('menuitem', { name: /Another branch or commit/ }),
  );
  const field = await screen.findByLabelText('Branch or commit');
  await userEvent.clear(field);
  await userEvent.type(field, '-bad..ref');
  await userEvent.click(screen.getByRole('button', { name: 'Build' }));
  expect(await screen.findByRole('alert')).toHaveTextContent(/full commit SHA/);
  await userEvent.clear(field);
  await userEvent.type(field, 'a'.repeat(40));
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  await waitFor(() =>
    expect(api.calls.find(c => c.method === 'startBuild')?.args[0]).toEqual({
      entityRef: FAKE_ENTITY_REF,
      revision: 'a'.repeat(40),
    }),
  );
});

it('narrows the list, and says so when nothing is left', async () => {
  const { api } = await renderTab('', apiWith(FAILED));
  await screen.findByRole('row', { name: /#40/ });
  await userEvent.click(screen.getByRole('button', { name: /^Status/ }));
  await userEvent.click(
    await screen.findByRole('menuitemradio', { name: 'Succeeded' }),
  );
  expect(await screen.findByText(/No build matches/)).toBeInTheDocument();
  expect(screen.getByTestId('address')).toHaveTextContent('?status=Succeeded');
  const lists = api.calls.filter(c => c.method === 'listBuilds');
  expect(lists[lists.length - 1].args[0]).toMatchObject({
    phase: ['Succeeded'],
  });
  await userEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
  expect(await screen.findByRole('row', { name: /#40/ })).toBeInTheDocument();
});

it('pages to older builds and back', async () => {
  const builds = Array.from({ length: 25 }, (_, i) =>
    fakeBuild({ number: 25 - i }),
  );
  await renderTab('', apiWith(...builds));
  expect(await screen.findByText('Builds 6 to 25')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Older builds' }));
  expect(await screen.findByText('Builds 1 to 5')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Newer builds' }));
  expect(await screen.findByText('Builds 6 to 25')).toBeInTheDocument();
});

it('keeps new builds out while somebody is in the list', async () => {
  const { api, signal } = await renderTab('', apiWith(FAILED));
  const link = await screen.findByRole('link', {
    name: '#40 Bundle the model',
  });
  link.focus();
  api.builds = [fakeBuild({ number: 41, phase: 'Pending' }), ...api.builds];
  act(() => signal({ entityRef: FAKE_ENTITY_REF, buildId: 'build-41' }));
  const button = await screen.findByRole('button', { name: '1 new build' });
  expect(screen.queryByRole('row', { name: /#41/ })).not.toBeInTheDocument();
  expect(link).toHaveFocus();
  await userEvent.click(button);
  expect(await screen.findByRole('row', { name: /#41/ })).toBeInTheDocument();
});

it('ignores what is said about other entities', async () => {
  const { api, signal } = await renderTab('', apiWith(FAILED));
  await screen.findByRole('row', { name: /#40/ });
  const before = api.calls.length;
  act(() => signal({ entityRef: 'component:default/other', buildId: 'x' }));
  expect(api.calls).toHaveLength(before);
});

it('keeps the last data when the controller falls silent', async () => {
  const { api, signal } = await renderTab('', apiWith(FAILED));
  await screen.findByRole('row', { name: /#40/ });
  api.failures.listBuilds = new Error('The controller did not answer.');
  act(() => signal({ entityRef: FAKE_ENTITY_REF }));
  const notices = await screen.findAllByText(/As of \d\d:\d\d\./);
  expect(notices.length).toBeGreaterThan(0);
  expect(screen.getByRole('row', { name: /#40/ })).toBeInTheDocument();
  delete api.failures.listBuilds;
  await userEvent.click(
    screen.getAllByRole('button', { name: 'Try again' })[0],
  );
  await userEvent.click(
    screen.getAllByRole('button', { name: 'Try again' })[0],
  );
  await waitFor(() =>
    expect(screen.queryByText(/As of/)).not.toBeInTheDocument(),
  );
});

it('cancels from the row after asking', async () => {
  const { api } = await renderTab(
    '',
    apiWith(fakeBuild({ number: 7, phase: 'Running' })),
  );
  await userEvent.click(
    await screen.findByRole('button', { name: 'Actions for build #7' }),
  );
  await userEvent.click(
    await screen.findByRole('menuitem', { name: 'Cancel build' }),
  );
  const dialog = await screen.findByRole('dialog', {
    name: 'Cancel build #7?',
  });
  await userEvent.click(
    within(dialog).getByRole('button', { name: 'Cancel build' }),
  );
  await waitFor(() =>
    expect(api.calls.some(c => c.method === 'cancelBuild')).toBe(true),
  );
  expect(await screen.findAllByText('Canceling')).not.toHaveLength(0);
});

it.each([['Retry #40', 'retryBuild']] as const)(
  'offers %s in the row',
  async (name, method) => {
    const { api } = await renderTab('', apiWith(FAILED));
    await userEvent.click(await screen.findByRole('button', { name }));
    await waitFor(() =>
      expect(api.calls.some(c => c.method === method)).toBe(true),
    );
    expect(screen.getByTestId('address')).toHaveTextContent('/entity/build/41');
  },
);

it('leaves actions away that are not allowed, and says whom to ask', async () => {
  const api = apiWith(
    fakeBuild({
      number: 7,
      allowed: { cancel: false, retry: false, rebuild: false, readLog: false },
    }),
  );
  api.statuses.set(FAKE_ENTITY_REF, fakeStatus({ mayBuild: false }));
  await renderTab('', api);
  expect(
    await screen.findByText(/You may see these builds, not start them/),
  ).toHaveTextContent('Ask team-payments.');
  expect(
    screen.queryByRole('button', { name: /^Build / }),
  ).not.toBeInTheDocument();
  expect(
    screen.queryByRole('button', { name: /Actions for/ }),
  ).not.toBeInTheDocument();
});

it('says who may grant the right to see builds', async () => {
  const api = apiWith();
  api.failures.listBuilds = new NotAllowedError('no');
  await renderTab('', api);
  expect(
    await screen.findByRole('region', {
      name: 'You may not see the builds of payments-api.',
    }),
  ).toHaveTextContent('Ask team-payments.');
});

describe('before one can build', () => {
  const withState = (fields: Parameters<typeof fakeStatus>[0]) => {
    const api = apiWith();
    api.statuses.set(FAKE_ENTITY_REF, fakeStatus(fields));
    return api;
  };

  it('gives the annotation that is missing, and takes it once it is there', async () => {
    const api = withState({ state: 'NotEnabled' });
    await renderTab('', api);
    expect(
      await screen.findByRole('heading', {
        name: 'payments-api is not built here yet',
      }),
    ).toBeInTheDocument();
    expect(screen.getByLabelText('the annotation')).toHaveTextContent(
      /backstage.io\/techdocs-ref: dir:\. +buildog.dev\/config: default/,
    );
    expect(
      screen.getByText('registry.example.com/payments/payments-api'),
    ).toBeInTheDocument();
    api.statuses.set(FAKE_ENTITY_REF, fakeStatus());
    await userEvent.click(screen.getByRole('button', { name: 'Check again' }));
    expect(
      await screen.findByRole('button', { name: 'Build main' }),
    ).toBeInTheDocument();
  });

  it('shows administrators the setting, and others one sentence', async () => {
    const { unmount } = await renderTab(
      '',
      withState({ state: 'NoRunner', mayAdminister: true }),
    );
    expect(await screen.findByLabelText('the setting')).toHaveTextContent(
      /buildog: +runner: +kubernetes:/,
    );
    unmount();
    await renderTab('', withState({ state: 'NoRunner' }));
    expect(
      await screen.findByRole('region', {
        name: 'Builds are not set up in this portal yet.',
      }),
    ).toBeInTheDocument();
    expect(screen.queryByLabelText('the setting')).not.toBeInTheDocument();
  });

  it('says why a source is not allowed', async () => {
    await renderTab(
      '',
      withState({
        state: 'SourceNotAllowed',
        message: 'git.example.com is not among the hosts builds may read from.',
      }),
    );
    expect(await screen.findByText(/not among the hosts/)).toBeInTheDocument();
  });
});
