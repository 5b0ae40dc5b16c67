/* eslint-disable jest/no-conditional-expect, jest/no-standalone-expect -- what holds depends on the kind of builder, and something is to be seen only when it has ended */
import { findControllers } from './cgroup/Controllers';
import { writableControllers } from './cgroup/usableControllers';
import { describeSandbox } from './testing/describeSandbox';
import type { SandboxHost } from './testing/SandboxHost';

const held = writableControllers(findControllers());

describeSandbox('a limit', ['local', 'rootless'], (mode, fixture) => {
  let host: SandboxHost;
  const grouped = mode === 'local' && held.memory !== undefined;

  beforeAll(async () => {
    ({ host } = await fixture.start(mode, fixture.makeBase(mode)));
  });
  afterAll(async () => {
    await host.close();
  });

  it('of memory ends a step that needs more', async () => {
    const { error } = await host.shell('x=x; while :; do x=$x$x; done', {
      limits: { memory: 64 * 1024 * 1024, timeout: 30 },
    });
    if (grouped) {
      expect(error).toMatchObject({
        kind: 'resource',
        message: expect.stringContaining('"memory" is 67108864'),
      });
    } else {
      expect(error?.kind).toMatch(/resource|execution/);
      expect(error?.message).not.toContain('"timeout"');
    }
  });

  it('of processes stops a fork bomb', async () => {
    const { error, milliseconds } = await host.shell(
      'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do sleep 20 & done; wait',
      { limits: { processes: 20, timeout: 30 } },
    );
    expect(error?.kind).toMatch(grouped ? /resource/ : /resource|execution/);
    expect(milliseconds).toBeLessThan(30_000);
    if (grouped) expect(error?.message).toContain('"processes" is 20');
  });

  it('of disk stops a step that fills it', async () => {
    for (const script of [
      'dd if=/dev/zero of=/big bs=1048576 count=2000; sleep 20',
      'i=0; while :; do dd if=/dev/zero of=/f$i bs=1048576 count=8 2>/dev/null; i=$((i+1)); done',
    ]) {
      const { error } = await host.shell(script, {
        limits: { disk: 32 * 1024 * 1024, timeout: 30 },
      });
      expect(error).toMatchObject({
        kind: 'resource',
        message: expect.stringContaining('"disk" is 33554432'),
      });
    }
  });

  it('is said with what was used', async () => {
    const { peakMemory } = await host.shell('true', {
      limits: { memory: 1e9 },
    });
    if (grouped) expect(peakMemory).toBeGreaterThan(100_000);
    else expect(peakMemory).toBeUndefined();
  });

  it('holds nobody who keeps it', async () => {
    const { error } = await host.shell('echo ok', {
      limits: {
        memory: 1e9,
        processes: 50,
        disk: 1e9,
        cpu: 500,
        timeout: 30,
      },
    });
    expect(error).toBeUndefined();
  });
});
