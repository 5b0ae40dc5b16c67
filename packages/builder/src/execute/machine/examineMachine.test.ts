import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { idRange } from '../idRange';
import { selectExecutor } from '../selectExecutor';
import { examineMachine } from './examineMachine';
import { explainRefusal } from './explainRefusal';
import { runnablePlatforms } from './runnablePlatforms';

const folder = mkdtempSync(path.join(os.tmpdir(), 'buildog-machine-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('examineMachine', () => {
  it('says of everything whether it works, and leaves nothing', async () => {
    const { findings, platforms } = await examineMachine(folder);
    expect(findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        ...['programs', 'namespaces', 'proc', 'overlay', 'network'],
        ...['full-network', 'limits', 'platforms', 'chroot'],
      ]),
    );
    expect(platforms.length).toBeGreaterThan(0);
    for (const { message } of findings) expect(message).toMatch(/\w{3,} \w+/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('selectExecutor', () => {
  it('says everything that stands against it', async () => {
    const machine = {
      executors: ['chroot' as const],
      platforms: [],
      findings: [
        { code: 'namespaces', ok: false, message: 'no namespaces: install X' },
        { code: 'limits', ok: true, message: 'limits are fine' },
      ],
    };
    const setup = {
      store: {} as never,
      scratch: folder,
      networks: {} as never,
    };
    await expect(
      selectExecutor('rootless', machine, setup),
    ).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(
        /"rootless":\n- no namespaces: install X\n\s*Instead there is: chroot\.$/,
      ),
    });
    await expect(
      selectExecutor('auto', { ...machine, executors: [] }, setup),
    ).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(
      selectExecutor('container', machine, setup),
    ).rejects.toMatchObject({ kind: 'unsupported' });
  });
});

describe('explainRefusal', () => {
  it.each([
    [
      { '/proc/sys/kernel/unprivileged_userns_clone': '0' },
      'unprivileged_userns_clone to 1',
    ],
    [{ '/proc/sys/user/max_user_namespaces': '0' }, 'above 0'],
    [
      { '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1' },
      'AppArmor',
    ],
    [{ '/proc/self/status': 'Name:\tx\nSeccomp:\t2\n' }, 'seccomp profile'],
    [{}, 'CONFIG_USER_NS'],
  ])('knows %j', (files: Record<string, string>, words) => {
    expect(explainRefusal(file => files[file] ?? '')).toContain(words);
  });
});

describe('runnablePlatforms', () => {
  it('knows this machine, and emulators that work in a step', () => {
    const registered = path.join(folder, 'binfmt');
    mkdirSync(registered);
    const write = (name: string, text: string) =>
      writeFileSync(path.join(registered, name), text);
    write('qemu-aarch64', 'enabled\ninterpreter /usr/bin/q\nflags: OCF\n');
    write('qemu-arm', 'enabled\ninterpreter /usr/bin/q\nflags: OC\n');
    write('qemu-s390x', 'disabled\nflags: F\n');
    expect(runnablePlatforms(registered, 'x64')).toEqual([
      ...['linux/amd64', 'linux/386', 'linux/arm64'],
    ]);
    expect(runnablePlatforms('/nowhere', 'mystery')).toEqual([]);
  });
});

describe('idRange', () => {
  it('finds the line of a user by name or number', () => {
    const file = path.join(folder, 'subuid');
    writeFileSync(file, 'a:1:10\n1000:100000:65536\nb:x:y\n');
    expect(idRange(file, { username: 'a', uid: 5 })).toBe(10);
    expect(idRange(file, { username: 'c', uid: 1000 })).toBe(65536);
    expect(idRange(file, { username: 'b', uid: 6 })).toBe(0);
    expect(idRange('/nowhere', { username: 'a', uid: 5 })).toBe(0);
  });
});
