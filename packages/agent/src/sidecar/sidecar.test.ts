import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { createDispatcher } from '../program';
import { sidecarInputSchema } from '../protocol';
import { FakeIngest, type Fault } from '../testing/FakeIngest';
import { FakeKube } from '../testing/FakeKube';
import { IngestClient } from './IngestClient';
import { KubeClient } from './KubeClient';
import { GAP_TEXT } from './LogCursor';
import { transportLogs } from './transportLogs';
import { temporaryFolder } from '../testing/temporaryFolder';

jest.setTimeout(60_000);

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(close => close()));
});

async function start(containers: string[], change: object = {}) {
  const directory = temporaryFolder('buildog-sidecar');
  writeFileSync(join(directory, 'token'), 'pod-token\n');
  const kube = await FakeKube.start(...containers);
  const ingest = await FakeIngest.start();
  const stop = new AbortController();
  const dispatcher = createDispatcher();
  const client = KubeClient.create({
    baseUrl: kube.url,
    namespace: 'builds',
    podName: 'pod-1',
    tokenPath: join(directory, 'token'),
  });
  open.push(
    () => kube.close(),
    () => ingest.close(),
    () => client.close(),
    () => dispatcher.destroy(),
  );
  const lines: string[] = [];
  const begin = () =>
    transportLogs({
      kube: client,
      ingest: IngestClient.create({
        ingestUrl: ingest.url,
        attemptId: 'attempt-1',
        token: 'ingest-token',
        dispatcher,
      }),
      log: text => lines.push(text),
      stopping: stop.signal,
      input: sidecarInputSchema.parse({
        protocolVersion: 1,
        ingestUrl: ingest.url,
        attemptId: 'attempt-1',
        containers,
        spoolPath: join(directory, 'spool'),
        lingerMilliseconds: 0,
        flushSeconds: 20,
        ...change,
      }),
    });
  return { kube, ingest, stop, lines, begin };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

let clock = 0;
function line(text: string): string {
  clock += 1;
  return `2026-11-21T10:00:00.${String(clock).padStart(9, '0')}Z ${text}\n`;
}

describe('the sidecar', () => {
  it('carries the logs of containers that start one after the other', async () => {
    const { kube, ingest, begin } = await start(['init', 'build', 'publish']);
    const done = begin();
    const expected: Record<string, string> = {
      init: '',
      build: '',
      publish: '',
    };
    for (const name of ['init', 'build', 'publish']) {
      kube.run(name);
      for (const text of ['first', 'second', '']) {
        const written = line(`${name} ${text}`);
        expected[name] += written;
        kube.write(name, written);
        await until(() => ingest.text(name) === expected[name]);
      }
      kube.end(name);
    }
    const result = await done;
    for (const name of ['init', 'build', 'publish']) {
      expect(ingest.text(name)).toBe(expected[name]);
      expect(ingest.completed.get(name)).toBe('whole');
      expect(result).toContainEqual({
        name,
        bytes: expected[name].length,
        state: 'complete',
      });
    }
    expect([...ingest.authorizations]).toEqual(['Bearer ingest-token']);
    expect(ingest.heartbeats[0]).toEqual({
      protocolVersion: 1,
      read: { init: 0, build: 0, publish: 0 },
    });
    expect(
      kube.requests.every(request =>
        request.startsWith(
          'Bearer pod-token /api/v1/namespaces/builds/pods/pod-1',
        ),
      ),
    ).toBe(true);
  });

  it('loses and repeats no byte, whatever breaks', async () => {
    const fault = fc.constantFrom<Fault>('refuse', 'forget', 'half', 503, 429);
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
      { weight: 1, arbitrary: fc.constantFrom(true, false) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 20 }),
        fc.array(fault, { maxLength: 4 }),
        async (actions, faults) => {
          const { kube, ingest, begin } = await start(['build'], {
            chunkBytes: 1024,
          });
          ingest.faults.push(...faults);
          let log = '';
          kube.run('build');
          const done = begin();
          for (const next of actions) {
            if (typeof next === 'string') {
              const written = line(next.replaceAll('\n', ' '));
              log += written;
              // Half lines too: a connection may end anywhere.
              kube.write('build', written.slice(0, 20));
              kube.write('build', written.slice(20));
            } else {
              kube.cutStreams({ cleanly: next });
            }
            await sleep(1);
          }
          kube.end('build');
          await done;
          expect(ingest.text('build')).toBe(log);
          expect(ingest.completed.get('build')).toBe('whole');
        },
      ),
      { numRuns: 12 },
    );
  });

  it('goes on where an earlier process of the pod stopped', async () => {
    const { kube, ingest, begin } = await start(['build']);
    const log = Array.from({ length: 200 }, (_, i) => line(`line ${i}`)).join(
      '',
    );
    ingest.logs.set('build', Buffer.from(log.slice(0, 5000)));
    kube.run('build');
    kube.write('build', log);
    kube.end('build');
    await begin();
    expect(ingest.text('build')).toBe(log);
  });

  it('reads on while the ingest is away, up to the spool and then waits', async () => {
    const { kube, ingest, begin } = await start(['build'], {
      spoolLimitBytes: 65_536,
      chunkBytes: 16_384,
    });
    ingest.faults.push(...Array.from({ length: 5 }, () => 503 as const));
    const log = Array.from({ length: 3000 }, (_, i) =>
      line(`${i} ${'x'.repeat(50)}`),
    ).join('');
    kube.run('build');
    kube.write('build', log);
    kube.end('build');
    const [result] = await begin();
    expect(ingest.text('build')).toBe(log);
    expect(result.state).toBe('complete');
  });

  it('says where lines were lost when a file was rotated away', async () => {
    const { kube, ingest, begin } = await start(['build']);
    const [first, lost, later] = ['first', 'lost', 'later'].map(line);
    kube.run('build');
    kube.write('build', first);
    const done = begin();
    await until(() => ingest.text('build') === first);
    kube.cutStreams({ cleanly: false });
    kube.write('build', lost);
    kube.rotate('build');
    kube.write('build', later);
    kube.end('build');
    expect(await done).toMatchObject([{ state: 'truncated' }]);
    expect(ingest.text('build')).toBe(
      `${first}${later.split(' ')[0]} ${GAP_TEXT}\n${later}`,
    );
    expect(ingest.completed.get('build')).toBe('truncated');
  });

  it('stops sending a log that the ingest has enough of, but lives on', async () => {
    const { kube, ingest, begin } = await start(['build', 'publish']);
    ingest.cap = 100;
    kube.run('build');
    kube.write('build', line('x'.repeat(50)));
    const done = begin();
    await until(() => ingest.text('build').length > 50);
    for (let i = 0; i < 20; i++) kube.write('build', line('y'.repeat(50)));
    kube.end('build');
    kube.run('publish');
    kube.write('publish', line('short'));
    kube.end('publish');
    expect(await done).toMatchObject([
      { name: 'build', state: 'full' },
      { name: 'publish', state: 'complete' },
    ]);
  });

  it('knows containers that never start', async () => {
    const { kube, ingest, begin } = await start(['init', 'build']);
    kube.run('init');
    kube.write('init', line('broken'));
    const done = begin();
    await until(() => ingest.text('init') !== '');
    kube.phase = 'Failed';
    kube.end('init');
    expect(await done).toMatchObject([
      { name: 'init', state: 'complete' },
      { name: 'build', state: 'neverStarted', bytes: 0 },
    ]);
    expect(ingest.completed.get('build')).toBe('whole');
  });

  it('ends when its pod is gone', async () => {
    const { kube, ingest, begin } = await start(['build']);
    kube.run('build');
    kube.write('build', line('x'));
    const done = begin();
    await until(() => ingest.text('build') !== '');
    kube.gone = true;
    kube.cutStreams({ cleanly: false });
    expect(await done).toMatchObject([{ state: 'truncated' }]);
  });

  it('delivers what it has within the time after SIGTERM', async () => {
    const { kube, ingest, stop, begin } = await start(['build'], {
      flushSeconds: 1,
    });
    kube.run('build');
    kube.write('build', line('x'));
    const done = begin();
    await until(() => ingest.text('build') !== '');
    stop.abort();
    kube.write('build', line('last'));
    expect(await done).toMatchObject([{ state: 'truncated' }]);
    expect(ingest.text('build')).toContain('last');
    expect(ingest.completed.get('build')).toBe('truncated');
  });

  it.each<[string, [number, string]]>([
    ['IngestUnreachable', [503, '{}']],
    ['IngestUnauthorized', [401, '{}']],
    ['IngestUnauthorized', [403, '{}']],
    ['IngestInvalid', [404, '{}']],
    ['IngestInvalid', [200, 'hello']],
    ['IngestInvalid', [200, '{"next":1000}']],
    ['IngestInvalid', [409, '{"next":0}']],
    ['IngestInvalid', [409, '{"next":-1}']],
  ])('fails with %s when the ingest answers %j', async (code, fixed) => {
    const { kube, ingest, begin } = await start(['build'], { flushSeconds: 1 });
    ingest.fixed = fixed;
    kube.run('build');
    kube.write('build', line('x'));
    kube.end('build');
    await expect(begin()).rejects.toMatchObject({ code });
  });

  it.each([
    ['LogForbidden', 403],
    ['LogUnavailable', 500],
  ])('fails with %s when the API server answers %i', async (code, status) => {
    const { kube, stop, begin, lines } = await start(['build'], {
      flushSeconds: 1,
    });
    kube.status = status;
    const done = begin();
    await until(() => kube.requests.length > 3);
    stop.abort();
    await expect(done).rejects.toMatchObject({ code });
    // Each question that was refused is said once, not several times a second.
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines[0]).toContain('API server');
  });
});
