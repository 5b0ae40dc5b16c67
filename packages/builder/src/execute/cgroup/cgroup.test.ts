import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findControllers, parseControllers } from './Controllers';
import { StepGroup } from './StepGroup';
import { usableControllers, writableControllers } from './usableControllers';

describe('parseControllers', () => {
  it('reads version 1', () => {
    const found = parseControllers(
      '30 29 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n31 29 0:27 /docker/x /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n',
      '5:cpu,cpuacct:/docker/x/y\n4:memory:/a\n0::/unified\n',
      () => '',
    );
    expect(found).toEqual({
      memory: { version: 1, folder: '/sys/fs/cgroup/memory/a' },
      cpu: { version: 1, folder: '/sys/fs/cgroup/cpu/y' },
    });
  });

  it('reads version 2', () => {
    const found = parseControllers(
      '30 29 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
      '0::/user.slice/me\n',
      folder =>
        folder === '/sys/fs/cgroup/user.slice/me' ? 'cpu memory pids\n' : '',
    );
    const folder = '/sys/fs/cgroup/user.slice/me';
    expect(found).toEqual({
      memory: { version: 2, folder },
      cpu: { version: 2, folder },
      pids: { version: 2, folder },
    });
  });

  it('survives nonsense', () => {
    expect(parseControllers('', '', () => '')).toEqual({});
    expect(parseControllers('x - y\n - \n', '::\nx', () => '')).toEqual({});
  });
});

describe('StepGroup', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'buildog-cgroup-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('writes what version 2 reads', () => {
    mkdirSync(path.join(folder, 'step'));
    for (const file of ['memory.swap.max', 'memory.oom.group']) {
      writeFileSync(path.join(folder, 'step', file), 'max');
    }
    const two = { version: 2 as const, folder };
    const group = StepGroup.create(
      { memory: two, pids: two, cpu: two },
      'step',
      { memory: 1000, processes: 10, cpu: 1500 },
    );
    const read = (file: string) =>
      readFileSync(path.join(folder, 'step', file), 'utf8');
    expect(read('memory.max')).toBe('1000');
    expect(read('memory.swap.max')).toMatch(/^0/);
    expect(read('pids.max')).toBe('11');
    expect(read('cpu.max')).toBe('150000 100000');
    expect(group.joinFiles).toEqual([path.join(folder, 'step/cgroup.procs')]);
    writeFileSync(
      path.join(folder, 'step/memory.events'),
      'low 0\noom 1\noom_kill 2\n',
    );
    writeFileSync(path.join(folder, 'step/memory.peak'), '4096\n');
    writeFileSync(path.join(folder, 'step/pids.events'), 'max 3\n');
    expect(group.memoryKills).toBe(2);
    expect(group.peakMemory).toBe(4096);
    expect(group.refusedProcesses).toBe(3);
  });

  it('makes real groups where it may, and removes them', async () => {
    const controllers = usableControllers(findControllers());
    expect(Object.keys(writableControllers(findControllers())).sort()).toEqual(
      Object.keys(controllers).sort(),
    );
    const name = `buildog-test-${process.pid}`;
    const group = StepGroup.create(controllers, name, {
      memory: 1e8,
      processes: 10,
      cpu: 1000,
    });
    for (const [controller, { folder: parent }] of Object.entries(
      controllers,
    )) {
      expect(group.holds(controller as 'memory')).toBe(true);
      expect(readdirSync(parent)).toContain(name);
    }
    expect(group.memoryKills).toBe(0);
    await group.remove();
    for (const { folder: parent } of Object.values(controllers)) {
      expect(readdirSync(parent)).not.toContain(name);
    }
  });
});
