import type { Attempt } from '@buildog/plugin-buildog-common';
import { waitFor } from '@testing-library/react';
import { fakeTask } from '../__testUtils__/fakeBuild';
import { FakeBuildogApi } from '../__testUtils__/FakeBuildogApi';
import { FakeLog } from '../__testUtils__/FakeLog';
import { LogDocument } from './LogDocument';
import { LogReader, LogStatus } from './LogReader';

type State = Attempt['containers'][number]['state'];

function attemptWith(
  phase: Attempt['phase'],
  states: Record<string, State>,
): Attempt {
  const [attempt] = fakeTask('t', 'v', 'linux/amd64', 'Building').attempts;
  return {
    ...attempt,
    phase,
    containers: Object.entries(states).map(([name, state]) => ({
      name,
      state,
    })),
  };
}

function start(api: FakeBuildogApi) {
  const document = new LogDocument();
  let status: LogStatus | undefined;
  const reader = new LogReader({
    api,
    buildId: 'b',
    attemptId: 't-1',
    document,
    onStatus: s => {
      status = s;
    },
  });
  const text = () =>
    Array.from({ length: document.lineCount }, (_, i) => document.line(i).text);
  return { reader, text, status: () => status };
}

it('reads one container after the other, in the order they run', async () => {
  const api = new FakeBuildogApi();
  const init = new FakeLog('fetch\n');
  api.logs.set('t-1/init', init);
  api.logs.set('t-1/build', new FakeLog('make\n', { complete: true }));
  const { reader, text, status } = start(api);
  const states = { init: 'Running', build: 'Waiting' } as const;
  reader.update(attemptWith('Running', states), false);
  await waitFor(() => expect(text()).toEqual(['fetch']));
  init.append('done\n');
  init.end();
  await waitFor(() => expect(text()).toEqual(['fetch', 'done', 'make']));
  await waitFor(() => expect(status()?.complete).toBe(true));
});

it('does not wait for the end of a stream whose successor runs', async () => {
  const api = new FakeBuildogApi();
  api.logs.set('t-1/init', new FakeLog('fetch\n'));
  api.logs.set('t-1/build', new FakeLog('make\n'));
  const { reader, text } = start(api);
  reader.update(
    attemptWith('Running', { init: 'Terminated', build: 'Running' }),
    false,
  );
  await waitFor(() => expect(text()).toEqual(['fetch', 'make']));
  reader.stop();
});

it('gives up what nobody will write any more', async () => {
  const api = new FakeBuildogApi();
  api.logs.set('t-1/build', new FakeLog('make\n', { complete: true }));
  const { reader, text, status } = start(api);
  const states = { build: 'Terminated', publish: 'Waiting' } as const;
  reader.update(attemptWith('Running', states), false);
  await waitFor(() => expect(text()).toEqual(['make']));
  expect(status()?.complete).toBe(false);
  reader.update(attemptWith('Exited', states), false);
  await waitFor(() => expect(status()?.complete).toBe(true), { timeout: 5000 });
});

it('reads a stream whose end was lost, and ends with the build', async () => {
  const api = new FakeBuildogApi();
  api.logs.set('t-1/build', new FakeLog('make\n'));
  const { reader, text, status } = start(api);
  reader.update(attemptWith('Lost', { build: 'Terminated' }), true);
  await waitFor(() => expect(status()?.complete).toBe(true), { timeout: 5000 });
  expect(text()).toEqual(['make']);
});

it('leaves out what our own containers write', async () => {
  const api = new FakeBuildogApi();
  api.logs.set('t-1/sidecar', new FakeLog('ours\n', { complete: true }));
  api.logs.set('t-1/build', new FakeLog('make\n', { complete: true }));
  const { reader, text, status } = start(api);
  reader.update(
    attemptWith('Running', { sidecar: 'Running', build: 'Running' }),
    false,
  );
  await waitFor(() => expect(status()?.complete).toBe(true));
  expect(text()).toEqual(['make']);
});

it('says what went wrong, and that a log was cut', async () => {
  const api = new FakeBuildogApi();
  api.failures.streamLog = new Error('no');
  const { reader, status } = start(api);
  reader.update(attemptWith('Running', { build: 'Running' }), false);
  await waitFor(() => expect(status()?.error?.message).toBe('no'));
});

it('says since when the connection is lost, until bytes come again', async () => {
  const api = new FakeBuildogApi();
  api.logs.set('t-1/build', new FakeLog('make\n'));
  const lostAt = new Date('2026-01-01T11:02:00Z');
  const plain = api.streamLog.bind(api);
  jest.spyOn(api, 'streamLog').mockImplementation((position, options) => {
    options?.onReconnect?.(lostAt);
    return plain(position, options);
  });
  const { reader, text, status } = start(api);
  reader.update(attemptWith('Running', { build: 'Running' }), false);
  expect(status()?.lostAt).toEqual(lostAt);
  await waitFor(() => expect(text()).toEqual(['make']));
  expect(status()?.lostAt).toBeUndefined();
  reader.stop();
});
