import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  FAKE_ENTITY_REF,
  fakeBuild,
  fakeTask,
} from '../__testUtils__/fakeBuild';
import { FakeBuildogApi } from '../__testUtils__/FakeBuildogApi';
import { FakeLog } from '../__testUtils__/FakeLog';
import { renderTab } from '../__testUtils__/renderTab';

const stamp = '2026-11-20T10:58:12.118Z';
const lines = (...texts: string[]) =>
  texts.map(t => `${stamp} ${t}\n`).join('');

function apiWith(build: ReturnType<typeof fakeBuild>): FakeBuildogApi {
  const api = new FakeBuildogApi();
  api.builds = [build];
  return api;
}

const RUNNING = fakeBuild({
  number: 42,
  phase: 'Running',
  tasks: [fakeTask('t', 'default', 'linux/amd64', 'Building')],
});

function runningApi() {
  const api = apiWith(RUNNING);
  api.logs.set('t-1/init', new FakeLog(lines('fetched'), { complete: true }));
  api.logs.set('t-1/build', new FakeLog(lines('RUN make', 'compiling')));
  api.steps.set('t-1', [
    { number: 1, instruction: 'RUN make', state: 'Running', startOffset: 0 },
  ]);
  return api;
}

it('shows the log as it is written', async () => {
  const { api } = await renderTab('/42', runningApi());
  const log = await screen.findByRole('log', {
    name: 'Log of default, linux/amd64',
  });
  expect(await within(log).findByText('compiling')).toBeInTheDocument();
  act(() => api.logs.get('t-1/build')!.append(lines('linking')));
  expect(await within(log).findByText('linking')).toBeInTheDocument();
  expect(
    screen.getByText('Line 4 of 4. The log is still being written.'),
  ).toBeInTheDocument();
  expect(log).toHaveAttribute('aria-live', 'off');
});

it('goes on with the next container when one has ended', async () => {
  const { api } = await renderTab('/42', runningApi());
  await screen.findByText('compiling');
  act(() => {
    api.logs.get('t-1/build')!.end();
    api.logs.set('t-1/publish', new FakeLog(lines('pushed')));
  });
  expect(
    await screen.findByRole('button', { name: /Publish the image/ }),
  ).toBeInTheDocument();
});

it('announces changes of the phase, and cancels after asking', async () => {
  const { api, signal } = await renderTab('/42', runningApi());
  expect(await screen.findByTestId('announcer')).toHaveTextContent(
    'Build #42: Running.',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Cancel build' }));
  const dialog = await screen.findByRole('dialog', {
    name: 'Cancel build #42?',
  });
  await userEvent.click(
    within(dialog).getByRole('button', { name: 'Cancel build' }),
  );
  await waitFor(() =>
    expect(screen.getByTestId('announcer')).toHaveTextContent(
      'Build #42: Canceling.',
    ),
  );
  api.change('build-42', {
    phase: 'Canceled',
    cancelRequestedBy: 'user:default/guest',
  });
  act(() => signal({ entityRef: FAKE_ENTITY_REF, buildId: 'build-42' }));
  expect(await screen.findByText('Canceled by guest.')).toBeInTheDocument();
});

it('says why a cancel was refused', async () => {
  const { api } = await renderTab('/42', runningApi());
  api.failures.cancelBuild = new Error('Tags are being moved.');
  await userEvent.click(
    await screen.findByRole('button', { name: 'Cancel build' }),
  );
  const dialog = await screen.findByRole('dialog');
  await userEvent.click(
    within(dialog).getByRole('button', { name: 'Cancel build' }),
  );
  expect(await within(dialog).findByRole('alert')).toHaveTextContent(
    'Tags are being moved.',
  );
});

it('says why it failed, where, and what did not happen', async () => {
  const api = apiWith(
    fakeBuild({
      number: 40,
      phase: 'Failed',
      tasks: [fakeTask('t', 'default', 'linux/amd64', 'Failed')],
      reason: {
        code: 'StepFailed',
        category: 'User',
        message: 'Line 21 ended with exit code 1.',
        exitCode: 1,
        location: { line: 21, step: 1, instruction: 'RUN make' },
      },
    }),
  );
  api.logs.set('t-1/init', new FakeLog('', { complete: true }));
  api.logs.set(
    't-1/build',
    new FakeLog(lines('RUN make', 'no rule'), { complete: true }),
  );
  api.logs.set('t-1/publish', new FakeLog('', { complete: true }));
  api.steps.set('t-1', [
    {
      number: 1,
      line: 21,
      instruction: 'RUN make',
      state: 'Failed',
      startOffset: 0,
    },
  ]);
  await renderTab('/40', api);
  const card = await screen.findByRole('region', { name: 'Why it failed' });
  expect(card).toHaveTextContent('Line 21 ended with exit code 1.');
  expect(card).toHaveTextContent('default on linux/amd64, exit code 1.');
  expect(card).toHaveTextContent('StepFailed');
  expect(card).toHaveTextContent('Nothing was tagged');
  expect(within(card).getByText('Dockerfile, line 21')).toBeInTheDocument();
  expect(await within(card).findByText('no rule')).toBeInTheDocument();
  expect(screen.getByText('Failed at step 1 of 12')).toBeInTheDocument();
  await userEvent.click(
    within(card).getByRole('button', { name: 'Rebuild main' }),
  );
  expect(screen.getByTestId('address')).toHaveTextContent('/entity/build/41');
});

it('offers the same commit again after a failure of the infrastructure', async () => {
  const api = apiWith(
    fakeBuild({
      number: 40,
      phase: 'Failed',
      tasks: [],
      reason: {
        code: 'NodeLost',
        category: 'Infrastructure',
        message: 'The node went away.',
      },
    }),
  );
  await renderTab('/40', api);
  await userEvent.click(
    await screen.findByRole('button', { name: 'Retry 3f9c2ae' }),
  );
  expect(api.calls.some(c => c.method === 'retryBuild')).toBe(true);
});

it('shows the image, its digest and how to verify it', async () => {
  const api = apiWith(
    fakeBuild({
      number: 41,
      tasks: [
        fakeTask('t', 'default', 'linux/amd64', 'Built', { size: 84_200_000 }),
      ],
      movedTags: [
        { reference: 'r.example.com/payments-api:v1', state: 'Moved' },
        {
          reference: 'r.example.com/payments-api:main',
          state: 'Moved',
          previousDigest: `sha256:${'22f0c1d8'.repeat(8)}`,
        },
      ],
      verifyCommand:
        'cosign verify --key k r.example.com/payments-api@sha256:7b',
    }),
  );
  await renderTab('/41', api);
  const images = await screen.findByRole('region', { name: 'Images' });
  expect(images).toHaveTextContent('payments-api:v1');
  expect(images).toHaveTextContent('sha256:7b1e05c9…7b1e05c9');
  expect(images).toHaveTextContent('linux/amd64, 84.2 MB');
  expect(images).toHaveTextContent('Signed');
  expect(images).toHaveTextContent('cosign verify --key k');
  const events = screen.getByRole('region', { name: 'Events' });
  expect(events).toHaveTextContent(
    'payments-api:main pointed to sha256:22f0c1d8…22f0c1d8 before.',
  );
  expect(screen.queryByRole('log')).not.toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Show' }));
  expect(await screen.findByRole('log')).toBeInTheDocument();
});

it('says why a build waits', async () => {
  const api = apiWith(
    fakeBuild({
      number: 3,
      phase: 'Queued',
      tasks: [],
      startedAt: undefined,
      queue: { position: 2, why: 'All 10 places are taken.' },
    }),
  );
  await renderTab('/3', api);
  expect(
    await screen.findByText('Place 2 in the queue. All 10 places are taken.'),
  ).toBeInTheDocument();
  expect(screen.getByTestId('build-phase')).toHaveTextContent('Queued');
  expect(
    screen.getByText('The log begins when a task starts.'),
  ).toBeInTheDocument();
});

it('moves through the tasks by arrow keys', async () => {
  const api = apiWith(
    fakeBuild({
      number: 5,
      phase: 'Running',
      tasks: ['default', 'debug'].flatMap(variant =>
        ['linux/amd64', 'linux/arm64'].map(platform =>
          fakeTask(`${variant}${platform}`, variant, platform, 'Building'),
        ),
      ),
    }),
  );
  await renderTab('/5', api);
  const first = await screen.findByRole('button', {
    name: 'default, linux/amd64: Building',
  });
  first.focus();
  await userEvent.keyboard('{ArrowDown}{ArrowRight}');
  const last = screen.getByRole('button', {
    name: 'debug, linux/arm64: Building',
  });
  expect(last).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  expect(
    await screen.findByRole('log', { name: 'Log of debug, linux/arm64' }),
  ).toBeInTheDocument();
});

it('says so when there is no such build', async () => {
  await renderTab('/99', apiWith(RUNNING));
  expect(
    await screen.findByRole('region', { name: 'There is no such build here.' }),
  ).toBeInTheDocument();
});

it('keeps the log from those who may not read it', async () => {
  const api = apiWith(
    fakeBuild({
      ...RUNNING,
      allowed: { cancel: false, retry: false, rebuild: false, readLog: false },
    }),
  );
  await renderTab('/42', api);
  expect(
    await screen.findByText('You may see this build, not its log.'),
  ).toBeInTheDocument();
  expect(api.calls.some(c => c.method === 'streamLog')).toBe(false);
});
