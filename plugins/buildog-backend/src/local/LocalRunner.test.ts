import { randomInt } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptRef, PreparedJob } from '@buildog/plugin-buildog-node';
import {
  containerOf,
  logTexts,
  observeUntil,
  presentUntil,
  readLog,
} from '@buildog/plugin-buildog-node/testing';
import type { LocalRunner } from './LocalRunner';
import { LocalBench, localJob } from './__testUtils__/localBench';
import { processesWith, untilNoneWith } from './__testUtils__/processes';

jest.setTimeout(60_000);

const signal = () => AbortSignal.timeout(30_000);

describe('LocalRunner', () => {
  let bench: LocalBench;
  let runner: LocalRunner;
  let count = 0;
  /** An argument that only this test's processes have. */
  let marker: string;
  beforeEach(async () => {
    bench = await LocalBench.open();
    runner = await bench.runner();
    marker = String(randomInt(1_000_000, 9_000_000));
  });
  afterEach(async () => {
    for (const attempt of await runner.list({ signal: signal() })) {
      await runner.remove(attempt, { gracePeriodSeconds: 0 });
      await observeUntil(runner, attempt, seen => seen.state === 'Absent');
    }
    await bench.close();
  });

  const newAttempt = (): AttemptRef => {
    count += 1;
    const attemptId = `a-${count}`;
    return {
      ...{ installationId: 'inst-1', buildId: 'b', taskId: 't' },
      attemptId,
      name: `buildog-${attemptId}`,
    };
  };
  const start = async (script: string, change: Partial<PreparedJob> = {}) => {
    const attempt = newAttempt();
    const job = Object.assign(localJob(attempt, script), change);
    await runner.start(job, { signal: signal() });
    return { attempt, job };
  };
  const path = (attempt: AttemptRef, ...names: string[]) =>
    join(bench.folder, 'root', 'attempts', attempt.name, ...names);
  const isBuilding = (attempt: AttemptRef) =>
    presentUntil(
      runner,
      attempt,
      seen => containerOf(seen, 'build')?.state === 'Running',
    );
  /** Ignores SIGTERM, and leaves its session and process group with a child. */
  const stubborn = () =>
    `trap "" TERM; (setsid sleep ${marker} &); echo ready; sleep ${marker}`;
  const untilReady = async (attempt: AttemptRef) => {
    for await (const chunk of runner.followLog(attempt, 'build', {
      signal: signal(),
    })) {
      if (Buffer.from(chunk).includes('ready')) return;
    }
  };

  it('ends every process when an attempt is removed', async () => {
    const { attempt } = await start(stubborn());
    await untilReady(attempt);
    expect(await processesWith(marker)).not.toEqual([]);
    await runner.remove(attempt, { gracePeriodSeconds: 0 });
    await observeUntil(runner, attempt, seen => seen.state === 'Absent');
    expect(await processesWith(marker)).toEqual([]);
    expect(await readdir(path(attempt, '..'))).toEqual([]);
  });

  it('ends every process when the time is up', async () => {
    const { attempt } = await start(stubborn(), { deadlineSeconds: 2 });
    const seen = await presentUntil(
      runner,
      attempt,
      now => now.jobCondition !== undefined,
    );
    expect(seen.jobCondition).toMatchObject({
      type: 'Failed',
      reason: 'DeadlineExceeded',
    });
    expect(containerOf(seen, 'build')).toMatchObject({
      exitCode: 137,
      signal: 9,
    });
    expect(containerOf(seen, 'publish')?.state).toBe('Waiting');
    expect(await processesWith(marker)).toEqual([]);
  });

  it('leaves no process when the supervisor is killed, and says that it is lost', async () => {
    const { attempt, job } = await start(stubborn());
    await untilReady(attempt);
    const { pid } = JSON.parse(
      await readFile(path(attempt, 'supervisor.json'), 'utf8'),
    );
    process.kill(pid, 'SIGKILL');
    await untilNoneWith(marker);
    const seen = await presentUntil(
      runner,
      attempt,
      now => now.pod?.phase === 'Failed',
    );
    expect(seen.pod).toMatchObject({ reason: 'NodeLost' });
    expect(containerOf(seen, 'build')).toMatchObject({
      state: 'Terminated',
      exitCode: 137,
    });
    // Never a second time under the same name.
    await runner.start(job, { signal: signal() });
    expect(await processesWith(marker)).toEqual([]);
    expect(logTexts(await readLog(runner, attempt, 'build'))).toEqual([
      'ready',
    ]);
  });

  it('takes a supervisor that was told to end for lost, not for a failure', async () => {
    const { attempt } = await start(stubborn());
    await untilReady(attempt);
    const { pid } = JSON.parse(
      await readFile(path(attempt, 'supervisor.json'), 'utf8'),
    );
    process.kill(pid, 'SIGTERM');
    const seen = await presentUntil(
      runner,
      attempt,
      now => now.pod?.phase !== 'Running',
    );
    expect(seen.pod).toMatchObject({ phase: 'Failed', reason: 'NodeLost' });
    expect(seen.jobCondition).toBeUndefined();
    expect(await processesWith(marker)).toEqual([]);
  });

  it('tells whoever watches that a supervisor was killed', async () => {
    const { attempt } = await start('echo ready; sleep 600');
    await untilReady(attempt);
    const stop = new AbortController();
    const heard = new Promise<string>(resolve => {
      runner
        .watch(id => resolve(id), { signal: stop.signal })
        .catch(() => undefined);
    });
    const { pid } = JSON.parse(
      await readFile(path(attempt, 'supervisor.json'), 'utf8'),
    );
    process.kill(pid, 'SIGKILL');
    expect(await heard).toBe(attempt.attemptId);
    stop.abort();
  });

  it('finds what runs after a restart of the backend', async () => {
    const { attempt, job } = await start(
      'echo ready; while [ ! -e /tmp/go ] && [ ! -e /buildog/workspace/go ]; do sleep 0.05; done; echo end',
    );
    await untilReady(attempt);
    const { uid } = await isBuilding(attempt);
    const after = await bench.runner();
    expect(await after.list({ signal: signal() })).toEqual([attempt]);
    expect(await after.start(job, { signal: signal() })).toEqual({ uid });
    const log = readLog(after, attempt, 'build');

    await writeFile(path(attempt, 'work', 'workspace', 'go'), '');
    expect(logTexts(await log)).toEqual(['ready', 'end']);
    const seen = await presentUntil(
      after,
      attempt,
      now => now.jobCondition?.type === 'Complete',
    );
    expect(seen.pod?.phase).toBe('Succeeded');
  });

  it('keeps secrets to one step, and only as long as it needs them', async () => {
    const { attempt } = await start('echo ready; sleep 600');
    await untilReady(attempt);
    const secret = (step: string) =>
      path(attempt, 'steps', step, 'credentials');
    await expect(stat(secret('init'))).rejects.toThrow('ENOENT');
    const file = join(secret('publish'), 'docker-config.json');
    expect((await stat(file)).mode % 0o1000).toBe(0o600);
    expect((await stat(path(attempt))).mode % 0o1000).toBe(0o700);
    const spec = await readFile(path(attempt, 'spec.json'), 'utf8');
    expect(spec).not.toContain('canary');
  });

  it('leaves log and result of an attempt, and nothing else', async () => {
    const { attempt } = await start('echo x > /buildog/scratch/x; echo ready');
    await presentUntil(runner, attempt, now => now.jobCondition !== undefined);
    await observeUntil(runner, attempt, () => true);
    const names = async () => (await readdir(path(attempt))).sort();
    const left = ['spec.json', 'status.json', 'steps'];
    const deadline = Date.now() + 10_000;
    while ((await names()).includes('work') && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    expect(await names()).toEqual([
      ...left,
      'supervisor.json',
      'supervisor.log',
    ]);
  });

  it('gives a build nothing of our environment', async () => {
    process.env.BUILDOG_TEST_CANARY = 'canary-of-backend';
    try {
      const { attempt } = await start(
        'env; cat /proc/*/environ | tr "\\0" "\\n"',
      );
      const texts = logTexts(await readLog(runner, attempt, 'build'));
      const names = new Set(texts.map(text => text.split('=')[0]));
      // Two of them are the shell's own.
      expect([...names].sort()).toEqual([
        ...['HOME', 'PATH', 'PWD', 'SHLVL', 'XDG_CACHE_HOME'],
      ]);
    } finally {
      delete process.env.BUILDOG_TEST_CANARY;
    }
  });

  it('runs no more at once than it may', async () => {
    runner = await bench.runner({
      config: {
        root: join(bench.folder, 'root'),
        concurrency: 1,
        limits: {},
        nice: 0,
      },
    });
    const { job } = await start('sleep 600');
    await expect(start('true')).rejects.toMatchObject({
      code: 'QuotaExceeded',
      retryable: true,
    });
    // The one that runs is adopted all the same.
    await runner.start(job, { signal: signal() });
  });

  it('says what a program did that is not there', async () => {
    const { attempt, job } = await start('true');
    await presentUntil(runner, attempt, now => now.jobCondition !== undefined);
    const next = { ...job, attempt: newAttempt() };
    next.build.containers[0].command = ['/no/such/program'];
    await runner.start(next, { signal: signal() });
    const seen = await presentUntil(
      runner,
      next.attempt,
      now => now.jobCondition !== undefined,
    );
    expect(containerOf(seen, 'build')).toMatchObject({ exitCode: 127 });
  });

  it.each<[string, (job: PreparedJob) => void, string]>([
    [
      'a scheduler without a local form',
      job => Object.defineProperty(job.build, 'local', { value: undefined }),
      'build.local',
    ],
    [
      'a folder of the system',
      job => local(job, { folders: ['/usr/lib'] }),
      'build.local.folders',
    ],
    [
      'a folder with ..',
      job => local(job, { folders: ['/srv/../etc'] }),
      'build.local.folders',
    ],
    [
      'a file that leaves its folder',
      job => local(job, { files: { '../x': '' } }),
      'build.local.files',
    ],
    [
      'a variable that is none',
      job => local(job, { env: { 'A=B': '' } }),
      'build.local.env',
    ],
    [
      'NUL in an argument',
      job => local(job, { args: ['a\0b'] }),
      'build.local.args',
    ],
  ])('refuses %s', async (_, change, field) => {
    const job = localJob(newAttempt(), 'true');
    change(job);
    await expect(runner.start(job, { signal: signal() })).rejects.toMatchObject(
      {
        code: 'InvalidJob',
        message: expect.stringContaining(field),
      },
    );
  });

  it('leaves another installation alone', async () => {
    const { attempt, job } = await start('sleep 600');
    const other = { ...attempt, installationId: 'inst-2' };
    await expect(
      runner.start({ ...job, attempt: other }, { signal: signal() }),
    ).rejects.toMatchObject({ code: 'Conflict', retryable: false });
    expect(await runner.observe(other)).toEqual({ state: 'Absent' });
    await runner.remove(other, { gracePeriodSeconds: 0 });
    expect((await runner.observe(attempt)).state).toBe('Present');
  });
});

function local(job: PreparedJob, change: object): void {
  const value = { ...job.build.local, ...change };
  Object.defineProperty(job.build, 'local', { value });
}
