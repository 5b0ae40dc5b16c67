import {
  act,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { fakeBuild, fakeTask } from '../__testUtils__/fakeBuild';
import { FakeBuildogApi } from '../__testUtils__/FakeBuildogApi';
import { FakeLog } from '../__testUtils__/FakeLog';
import { renderTab } from '../__testUtils__/renderTab';

const STAMP = '2026-11-20T10:58:12.118Z';
const RUN = Array.from({ length: 300 }, (_, i) => `${STAMP} line ${i + 1}\n`);

function apiWith(log: FakeLog): FakeBuildogApi {
  const api = new FakeBuildogApi();
  const task = fakeTask('t', 'default', 'linux/amd64', 'Building');
  task.attempts[0].containers = [{ name: 'build', state: 'Running' }];
  api.builds = [fakeBuild({ number: 1, phase: 'Running', tasks: [task] })];
  api.logs.set('t-1/build', log);
  api.steps.set('t-1', [
    { number: 1, instruction: 'COPY . .', state: 'Done', startOffset: 0 },
    {
      number: 2,
      instruction: 'RUN make',
      state: 'Running',
      startOffset: RUN.slice(0, 100).join('').length,
    },
  ]);
  return api;
}

async function openLog(path = '/1', log = new FakeLog(RUN.join(''))) {
  const rendered = await renderTab(path, apiWith(log));
  const view = await screen.findByRole('log');
  await within(view).findByRole('button', { name: /COPY/ });
  return { ...rendered, view, log };
}

it('opens and closes steps by arrow keys, and toggles by letters', async () => {
  const { view } = await openLog();
  const copy = within(view).getByRole('button', { name: /COPY/ });
  expect(copy).toHaveAttribute('aria-expanded', 'false');
  copy.focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(copy).toHaveAttribute('aria-expanded', 'true');
  await userEvent.keyboard('{ArrowLeft}');
  expect(copy).toHaveAttribute('aria-expanded', 'false');

  view.focus();
  await userEvent.keyboard('t');
  expect(screen.getByRole('button', { name: 'Timestamps' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await userEvent.keyboard('tw');
  expect(screen.getByRole('button', { name: 'Wrap lines' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await userEvent.keyboard('w');
});

it('searches by keyboard, and leaves letters to the field while it is there', async () => {
  const { view } = await openLog();
  view.focus();
  await userEvent.keyboard('/');
  const field = screen.getByRole('searchbox', { name: 'Search this log' });
  expect(field).toHaveFocus();
  await userEvent.keyboard('line 15');
  expect(await screen.findByText('11 found')).toBeInTheDocument();
  await userEvent.keyboard('{Enter}');
  expect(await screen.findByText('1 of 11')).toBeInTheDocument();
  await userEvent.keyboard('{Shift>}{Enter}{/Shift}');
  expect(await screen.findByText('11 of 11')).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Timestamps' })).toHaveAttribute(
    'aria-pressed',
    'false',
  );
  await userEvent.keyboard('{Escape}');
  expect(view).toHaveFocus();
});

it('takes Ctrl+F only inside the log', async () => {
  const { view } = await openLog();
  const field = screen.getByRole('searchbox', { name: 'Search this log' });
  expect(fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true })).toBe(
    true,
  );
  expect(field).not.toHaveFocus();
  expect(fireEvent.keyDown(view, { key: 'f', ctrlKey: true })).toBe(false);
  expect(field).toHaveFocus();
});

it('finds what arrives later', async () => {
  const { view, log } = await openLog();
  view.focus();
  await userEvent.keyboard('/needle');
  expect(await screen.findByText('0 found')).toBeInTheDocument();
  act(() => log.append(`${STAMP} a needle\n`));
  expect(await screen.findByText('1 found')).toBeInTheDocument();
});

it('follows at the end, stops when scrolled up, and jumps back', async () => {
  const { view } = await openLog();
  expect(
    screen.queryByRole('button', { name: 'Jump to latest' }),
  ).not.toBeInTheDocument();
  Object.defineProperties(view, {
    scrollHeight: { configurable: true, value: 4000 },
    clientHeight: { configurable: true, value: 800 },
  });
  view.scrollTop = 3200;
  fireEvent.scroll(view);
  view.scrollTop = 1000;
  fireEvent.scroll(view);
  const jump = await screen.findByRole('button', { name: 'Jump to latest' });
  await userEvent.click(jump);
  expect(view.scrollTop).toBe(4000);
  expect(jump).not.toBeInTheDocument();
});

it('opens the step a permalink points into, and marks its lines', async () => {
  const { view } = await openLog('/1#L3-L4');
  await waitFor(() =>
    expect(within(view).getByRole('button', { name: /COPY/ })).toHaveAttribute(
      'aria-expanded',
      'true',
    ),
  );
  const third = await within(view).findByRole('link', { name: '3' });
  await userEvent.click(within(view).getByRole('link', { name: '2' }));
  expect(screen.getByTestId('address')).toHaveTextContent('/1#L2');
  fireEvent.click(third, { shiftKey: true });
  await waitFor(() =>
    expect(screen.getByTestId('address')).toHaveTextContent('/1#L2-L3'),
  );
});

it('shows hostile lines as text', async () => {
  const nasty = [
    `${STAMP} <img src=x onerror=alert(1)>`,
    `${STAMP} \x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07 https://example.com/a`,
    `${STAMP} ${'x'.repeat(9000)}`,
    '',
  ].join('\n');
  const api = apiWith(new FakeLog(nasty));
  api.steps.clear();
  await renderTab('/1', api);
  const view = await screen.findByRole('log');
  expect(
    await within(view).findByText('<img src=x onerror=alert(1)>'),
  ).toBeInTheDocument();
  expect(view.querySelector('img')).toBeNull();
  const links = within(view)
    .getAllByRole('link')
    .map(link => link.getAttribute('href'))
    .filter(href => !href?.startsWith('#L'));
  expect(links).toEqual(['https://example.com/a']);
  await userEvent.click(
    within(view).getByRole('button', { name: /Show all, 0.8 kB more/ }),
  );
  expect(within(view).getByText('x'.repeat(9000))).toBeInTheDocument();
});

it('offers every attempt, and shows the newest', async () => {
  const api = apiWith(new FakeLog(`${STAMP} first\n`, { complete: true }));
  const [build] = api.builds;
  const [one] = build.tasks[0].attempts;
  api.change(build.id, {
    tasks: [
      {
        ...build.tasks[0],
        attempts: [
          { ...one, phase: 'Lost' },
          { ...one, id: 't-2', number: 2 },
        ],
      },
    ],
  });
  api.steps.clear();
  api.logs.set('t-2/build', new FakeLog(`${STAMP} second\n`));
  await renderTab('/1', api);
  expect(await screen.findByText('second')).toBeInTheDocument();
  await userEvent.selectOptions(
    screen.getByRole('combobox', { name: 'Attempt' }),
    'Attempt 1 of 2',
  );
  expect(await screen.findByText('first')).toBeInTheDocument();
});

it('says when the log cannot be read to its end', async () => {
  const api = apiWith(new FakeLog(''));
  api.failures.streamLog = new Error('The log store did not answer.');
  await renderTab('/1', api);
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'The log could not be read to its end. The log store did not answer.',
  );
});
