/* eslint-disable jest/no-conditional-expect, jest/no-standalone-expect -- what holds depends on the kind of builder, and something is to be seen only when it has ended */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findControllers } from './cgroup/Controllers';
import { groupPrefix } from './cgroup/sweepGroups';
import { describeSandbox } from './testing/describeSandbox';
import { processesWith, type SandboxHost } from './testing/SandboxHost';

/** Mounts of the machine itself below a folder. */
function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter(line => line.includes(folder));
}

function groups(): string[] {
  return Object.values(findControllers()).flatMap(({ folder }) =>
    readdirSync(folder).filter(name => name.startsWith(groupPrefix)),
  );
}

async function eventually(check: () => boolean): Promise<boolean> {
  const end = Date.now() + 5_000;
  while (!check() && Date.now() < end) {
    await new Promise(resolve => {
      setImmediate(resolve);
    });
  }
  return check();
}

describeSandbox(
  'what a step leaves',
  ['local', 'rootless', 'chroot'],
  (mode, fixture) => {
    const network = mode === 'chroot' ? ('host' as const) : ('none' as const);
    let host: SandboxHost;
    let scratch: string;
    /** Something to find the processes of a test by. */
    const tag = () => `${8_000_000 + Math.floor(Math.random() * 1_000_000)}`;

    beforeAll(async () => {
      ({ host, scratch } = await fixture.start(mode, fixture.makeBase(mode)));
    });
    afterAll(async () => {
      expect(await host.close()).toBe('');
      expect(readdirSync(scratch)).toEqual([]);
      expect(mountsBelow(fixture.folder)).toEqual([]);
      expect(groups()).toEqual([]);
    });

    it('is no process, when it daemonises', async () => {
      const time = tag();
      const { error, text } = await host.shell(
        `(setsid sleep ${time} </dev/null >/dev/null 2>&1 &); sleep ${time} & echo started`,
        { network },
      );
      expect(error).toBeUndefined();
      expect(text).toBe('started\n');
      expect(processesWith(time)).toEqual([]);
    });

    it('is nothing, within a second of an abort, whatever it ignores', async () => {
      const time = tag();
      const { id, outcome } = host.begin({
        network,
        args: [
          'sh',
          '-c',
          `trap "" TERM INT HUP; (setsid sleep ${time} &); echo up; while :; do sleep ${time}; done`,
        ],
      });
      await host.printed(id, 'up');
      const start = performance.now();
      host.abort(id);
      const { error } = await outcome;
      expect(performance.now() - start).toBeLessThan(1000);
      expect(error).toMatchObject({ kind: 'cancelled' });
      expect(processesWith(time)).toEqual([]);
    });

    it('is nothing when the time is over', async () => {
      const time = tag();
      const { error } = await host.shell(`trap "" TERM; sleep ${time}`, {
        network,
        limits: { timeout: 0.3 },
      });
      expect(error).toMatchObject({
        kind: 'resource',
        message: expect.stringContaining('"timeout" is 0.3'),
      });
      expect(processesWith(time)).toEqual([]);
    });

    it('is swept after the builder was killed', async () => {
      const time = tag();
      const killed = await fixture.start(mode, fixture.makeBase(mode));
      const { id } = killed.host.begin({
        network,
        // As a user: the kernel then forgets whom the process dies with.
        user: 'app',
        limits: { memory: 1e9 },
        args: [
          'sh',
          '-c',
          `trap "" TERM; (setsid sleep ${time} &); echo up; sleep ${time}`,
        ],
      });
      await killed.host.printed(id, 'up');
      killed.host.child.kill('SIGKILL');
      expect(await eventually(() => processesWith(time).length === 0)).toBe(
        true,
      );
      expect(mountsBelow(killed.scratch)).toEqual([]);
      if (mode === 'chroot') return;
      expect(readdirSync(killed.scratch).length).toBe(1);
      // The next builder of the same user cleans up.
      const next = await fixture.start(
        mode,
        fixture.makeBase(mode),
        [],
        killed.scratch,
      );
      const leftover = readdirSync(killed.scratch).length;
      await next.host.close();
      expect(leftover).toBe(1);
      expect(readdirSync(killed.scratch)).toEqual([]);
      expect(existsSync(path.dirname(killed.scratch))).toBe(true);
    });
  },
);
