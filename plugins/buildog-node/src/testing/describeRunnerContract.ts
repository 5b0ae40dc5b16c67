import { randomBytes } from 'node:crypto';
import type { AttemptRef } from '../runner/AttemptObservation';
import type { PreparedJob } from '../runner/PreparedJob';
import type { Runner } from '../runner/Runner';
import {
  containerOf,
  hasEnded,
  observeUntil,
  presentUntil,
} from './runner/observeUntil';
import { logTexts, readLog } from './runner/readLog';

/**
 * What the suite has to know about a runner. Its `init` must print what its
 * input's `say` holds and write `hello` into `source` of the workspace; its
 * `publish` must print what `result` in the output folder holds; both end
 * with `{"ok":true}` as their result.
 * @public
 */
export interface RunnerUnderTest {
  runner: Runner;
  installationId: string;
  /** A job whose container `build` runs a script with `sh -c`. */
  job(attempt: AttemptRef, script: string): PreparedJob;
}

const MINUTE = 60_000;

/**
 * Checks a runner against the contract of `Runner`. Call it at the top level
 * of a test file; it uses jest's globals.
 * @public
 */
export function describeRunnerContract(
  name: string,
  create: () => Promise<RunnerUnderTest>,
): void {
  describe(`${name} keeps the contract of Runner`, () => {
    let under: RunnerUnderTest;
    let runner: Runner;
    const started: AttemptRef[] = [];
    const signal = () => AbortSignal.timeout(MINUTE);

    beforeAll(async () => {
      under = await create();
      runner = under.runner;
    }, 2 * MINUTE);

    afterAll(async () => {
      await Promise.all(
        started.map(attempt =>
          runner.remove(attempt, { gracePeriodSeconds: 1, signal: signal() }),
        ),
      );
    }, MINUTE);

    const newAttempt = (): AttemptRef => {
      const id = randomBytes(6).toString('hex');
      return {
        installationId: under.installationId,
        buildId: `b-${id}`,
        taskId: `t-${id}`,
        attemptId: `a-${id}`,
        name: `buildog-${id}`,
      };
    };
    const start = async (script: string) => {
      const attempt = newAttempt();
      started.push(attempt);
      await runner.start(under.job(attempt, script), { signal: signal() });
      return attempt;
    };

    it('says that it works, and what it is', async () => {
      expect(await runner.check({ signal: signal() })).toEqual({
        ok: true,
        version: expect.any(String),
      });
      expect(runner.contractVersion).toBe(1);
    });

    it(
      'runs init, build and publish one after the other, through shared folders',
      async () => {
        const attempt = await start(
          'cat /buildog/workspace/source; mkdir -p /buildog/output/image; echo made > /buildog/output/result; printf claimed > /dev/termination-log',
        );
        const seen = await presentUntil(runner, attempt, now =>
          hasEnded(now, 'publish'),
        );
        const [init, build, publish] = ['init', 'build', 'publish'].map(
          container => containerOf(seen, container),
        );
        for (const container of [init, build, publish]) {
          expect(container).toMatchObject({
            state: 'Terminated',
            exitCode: 0,
            startedAt: expect.any(Date),
            finishedAt: expect.any(Date),
          });
        }
        expect(init?.message).toBe('{"ok":true}');
        expect(build?.message).toBe('claimed');
        expect(publish?.message).toBe('{"ok":true}');
        expect(build?.startedAt?.getTime()).toBeGreaterThanOrEqual(
          init?.finishedAt?.getTime() ?? Infinity,
        );
        expect(logTexts(await readLog(runner, attempt, 'build'))).toEqual([
          'hello',
        ]);
        expect(logTexts(await readLog(runner, attempt, 'publish'))).toEqual([
          'made',
        ]);
      },
      2 * MINUTE,
    );

    it(
      'starts an attempt once, however often it is told',
      async () => {
        const attempt = newAttempt();
        started.push(attempt);
        const job = under.job(attempt, 'sleep 600');
        const uids = await Promise.all(
          [1, 2, 3].map(async () => {
            const { uid } = await runner.start(job, { signal: signal() });
            return uid;
          }),
        );
        const again = await runner.start(job, { signal: signal() });
        expect(new Set([...uids, again.uid]).size).toBe(1);
        const seen = await presentUntil(
          runner,
          attempt,
          now => containerOf(now, 'build')?.state === 'Running',
        );
        expect(seen.uid).toBe(uids[0]);
        const listed = await runner.list({ signal: signal() });
        expect(
          listed.filter(entry => entry.attemptId === attempt.attemptId),
        ).toEqual([attempt]);
      },
      MINUTE,
    );

    it(
      'tells how a build failed, and runs no publish then',
      async () => {
        const attempt = await start('echo broken >&2; exit 42');
        const seen = await presentUntil(runner, attempt, now =>
          hasEnded(now, 'build'),
        );
        expect(containerOf(seen, 'build')).toMatchObject({ exitCode: 42 });
        expect(containerOf(seen, 'publish')).toMatchObject({
          state: 'Waiting',
        });
        // Ends without waiting for a container that never runs.
        expect(await readLog(runner, attempt, 'publish')).toBe('');
        expect(logTexts(await readLog(runner, attempt, 'build'))).toEqual([
          'broken',
        ]);
      },
      MINUTE,
    );

    it(
      'shows the build container no input and no credential of others',
      async () => {
        // A canary of its own shows that the search would find one.
        const attempt = await start(
          'echo "canary-of-""mine" > /tmp/mine; find / \\( -path /proc -o -path /sys \\) -prune -o -type f -print 2>/dev/null | xargs grep -l "canary-of-" 2>/dev/null; cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n" | grep canary-of-; ls /buildog; echo looked',
        );
        const texts = logTexts(await readLog(runner, attempt, 'build'));
        expect(texts.at(-1)).toBe('looked');
        expect(
          texts.filter(text => /canary|^\/(?!buildog$)/.test(text)),
        ).toEqual(['/tmp/mine']);
        expect(texts).not.toContain('input');
        expect(texts).not.toContain('credentials');
      },
      MINUTE,
    );

    it(
      'passes arguments and environment as they are',
      async () => {
        const attempt = newAttempt();
        started.push(attempt);
        const hostile = '$(HOME) $$(HOME) $HOME $$ \u00e9$\u00e9 "x" \'y\' `z`';
        const job = under.job(attempt, '');
        const [build] = job.build.containers;
        build.env = { HOSTILE: hostile };
        build.command = ['sh', '-c', 'printf "%s\\n" "$1" "$HOSTILE"', 'sh'];
        build.args = [hostile];
        await runner.start(job, { signal: signal() });
        expect(logTexts(await readLog(runner, attempt, 'build'))).toEqual([
          hostile,
          hostile,
        ]);
      },
      MINUTE,
    );

    it(
      'follows a log from its first line, while it grows, as often as asked',
      async () => {
        const attempt = newAttempt();
        started.push(attempt);
        const job = under.job(
          attempt,
          'i=0; while [ $i -lt 20 ]; do echo line $i; i=$((i+1)); sleep 0.1; done; while [ ! -e /buildog/scratch/none ] && [ $i -lt 30 ]; do i=$((i+1)); sleep 0.1; done; echo end',
        );
        await runner.start(job, { signal: signal() });
        const first: string[] = [];
        let live = false;
        for await (const chunk of runner.followLog(attempt, 'build', {
          signal: signal(),
        })) {
          first.push(Buffer.from(chunk).toString());
          if (live) continue;
          const seen = await runner.observe(attempt, {
            fresh: true,
            signal: signal(),
          });
          live = containerOf(seen, 'build')?.state === 'Running';
          expect(live).toBe(true);
        }
        const expected = [
          ...Array.from({ length: 20 }, (_, i) => `line ${i}`),
          'end',
        ];
        expect(logTexts(first.join(''))).toEqual(expected);
        const again = await readLog(runner, attempt, 'build');
        expect(again).toBe(first.join(''));

        const lines = again.split('\n');
        const since = new Date(lines[15].split(' ')[0]);
        const late = await readLog(runner, attempt, 'build', { since });
        expect(again.endsWith(late)).toBe(true);
        expect(late).toContain(lines[15]);
        expect(late).not.toContain(lines[0]);
      },
      MINUTE,
    );

    it(
      'stops following when it is told to',
      async () => {
        const attempt = await start('echo one; sleep 600');
        const stop = new AbortController();
        const follow = async () => {
          for await (const chunk of runner.followLog(attempt, 'build', {
            signal: stop.signal,
          })) {
            expect(Buffer.from(chunk).toString()).toContain('one');
            stop.abort();
          }
        };
        await expect(follow()).rejects.toThrow(/abort/i);
      },
      MINUTE,
    );

    it(
      'calls back on changes until the signal aborts',
      async () => {
        const stop = new AbortController();
        const heard = new Set<string>();
        const watching = runner.watch(id => heard.add(id), {
          signal: stop.signal,
        });
        const attempt = await start('exit 0');
        await presentUntil(
          runner,
          attempt,
          now => hasEnded(now, 'publish') && heard.has(attempt.attemptId),
        );
        stop.abort();
        await watching;
        expect([...heard]).toContain(attempt.attemptId);
      },
      MINUTE,
    );

    it(
      'removes a running attempt altogether, and ends its followers',
      async () => {
        const attempt = await start('trap "" TERM; echo running; sleep 600');
        const log = readLog(runner, attempt, 'build');
        await presentUntil(
          runner,
          attempt,
          now => containerOf(now, 'build')?.state === 'Running',
        );
        const options = { gracePeriodSeconds: 1, signal: signal() };
        await runner.remove(attempt, options);
        await observeUntil(runner, attempt, now => now.state === 'Absent');
        await log.catch(error => expect(error.retryable).toBe(true));
        await runner.remove(attempt, options);
        const listed = await runner.list({ signal: signal() });
        expect(listed.map(entry => entry.attemptId)).not.toContain(
          attempt.attemptId,
        );
      },
      MINUTE,
    );

    it('is at ease with what does not exist', async () => {
      const attempt = newAttempt();
      const look = (fresh: boolean) =>
        runner.observe(attempt, { fresh, signal: signal() });
      expect(await look(true)).toEqual({ state: 'Absent' });
      expect(await look(false)).toEqual({ state: 'Absent' });
      await runner.remove(attempt, {
        gracePeriodSeconds: 1,
        signal: signal(),
      });
      expect(await readLog(runner, attempt, 'build')).toBe('');
    });

    it('refuses a job that cannot be one, naming the field', async () => {
      const attempt = { ...newAttempt(), name: 'Not A Name' };
      await expect(
        runner.start(under.job(attempt, 'true'), { signal: signal() }),
      ).rejects.toMatchObject({
        name: 'RunnerError',
        code: 'InvalidJob',
        retryable: false,
        message: expect.stringContaining('attempt.name'),
      });
    });
  });
}
