/* eslint-disable jest/no-conditional-expect, jest/no-standalone-expect -- what holds depends on the kind of builder, and something is to be seen only when it has ended */
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeSandbox } from './testing/describeSandbox';
import type { SandboxHost } from './testing/SandboxHost';

const base64 = (text: string) => Buffer.from(text).toString('base64') as never;

describeSandbox('a step', ['local', 'rootless', 'chroot'], (mode, fixture) => {
  let host: SandboxHost;
  const network = mode === 'chroot' ? ('host' as const) : ('none' as const);
  const shell: SandboxHost['shell'] = (script, step) =>
    host.shell(script, { network, ...step });

  beforeAll(async () => {
    ({ host } = await fixture.start(mode, fixture.makeBase(mode)));
  });
  afterAll(async () => {
    expect(await host.close()).toBe('');
  });

  it('prints, ends and gives what it changed', async () => {
    expect(await host.name()).toBe(mode);
    const { text, error, changes } = await shell(
      'echo out; echo err >&2; echo x > /dev/stdout; mkdir /new; echo 1 > /new/file; rm /bin/wc; mv /etc/group /etc/gruppe; ln -s /x /link',
    );
    expect(error).toBeUndefined();
    expect(text.split('\n').sort()).toEqual(
      mode === 'chroot'
        ? expect.arrayContaining(['err', 'out'])
        : ['', 'err', 'out', 'x'],
    );
    expect(changes).toEqual([
      'bin',
      '-bin/wc',
      'etc',
      '-etc/group',
      'etc/gruppe',
      'link',
      'new',
      'new/file',
    ]);
  });

  it('changes nothing by being run', async () => {
    const mounts = [
      { type: 'tmpfs' as const, target: '/not/there' },
      {
        type: 'file' as const,
        target: '/run/secrets/token',
        content: base64('secret'),
        mode: 0o400,
        uid: 0,
        gid: 0,
      },
    ];
    const { error, changes } = await shell('cat /run/secrets/token; ls /not', {
      mounts,
    });
    expect(error).toBeUndefined();
    expect(changes).toEqual([]);
  });

  it('keeps what it writes beside a mount point', async () => {
    const { changes } = await shell(
      'echo 1 > /not/beside; echo 2 > /not/there/x',
      {
        mounts: [{ type: 'tmpfs', target: '/not/there' }],
      },
    );
    expect(changes).toEqual(['not', 'not/beside']);
  });

  it.each([
    ['exit 3', 3, undefined],
    ['kill -9 $$; exit 1', mode === 'chroot' ? 137 : 1, undefined],
    ["sh -c 'kill -11 $$'; exit $?", 139, 'SIGSEGV'],
    ['nothing-of-this-name', 127, undefined],
  ])('ends with what %s ends with', async (script, exitCode, signal) => {
    const { error } = await shell(script);
    expect(error).toMatchObject({
      kind: 'execution',
      exitCode,
      ...(signal && { signal }),
    });
  });

  it('runs as a user of the image, in a folder of it', async () => {
    const { text } = await shell('id; pwd; touch /etc/x', {
      user: 'app',
      cwd: '/work',
    });
    expect(text).toMatch(/uid=1000\S* gid=1000\S* groups=\S*77/);
    expect(text).toContain('/work\n');
    expect(text).toContain('Permission denied');
    expect((await shell('id', { user: '5:6' })).text).toMatch(/uid=5 gid=6/);
    expect((await shell('id', { user: 'nobody-here' })).error).toMatchObject({
      kind: 'execution',
      message: expect.stringContaining('"nobody-here" is not in /etc/passwd'),
    });
    expect((await shell('id', { cwd: '/nowhere' })).error).toMatchObject({
      message: expect.stringContaining('"/nowhere" is no directory'),
    });
  });

  it('shows folders as it was told', async () => {
    const folder = fixture.makeFolder(mode, { one: '1' });
    const mount = (access: 'readOnly' | 'readWrite' | 'discardWrites') => ({
      mounts: [
        { type: 'directory' as const, source: folder, target: '/d', access },
      ],
    });
    const discarded = await shell(
      'cat /d/one; echo 2 > /d/two',
      mount('discardWrites'),
    );
    expect(discarded).toMatchObject({ text: '1', changes: [] });
    expect(readdirSync(folder)).toEqual(['one']);
    const kept = await shell('echo 2 > /d/two; rm /d/one', mount('readWrite'));
    expect(kept.error).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['two']);
    expect(readFileSync(path.join(folder, 'two'), 'utf8')).toBe('2\n');
    await shell('echo 3 > /d/two', mount('readOnly'));
    expect(readFileSync(path.join(folder, 'two'), 'utf8')).toBe('2\n');
  });

  it('has a file in a cache without leaving its content there', async () => {
    const folder = fixture.makeFolder(mode);
    const { text, error } = await shell(
      'cat /cache/deep/../settings; ls /cache',
      {
        cwd: '/cache',
        mounts: [
          {
            type: 'file',
            target: '/cache/settings',
            content: base64('token'),
            mode: 0o444,
            uid: 0,
            gid: 0,
          },
          {
            type: 'directory',
            source: fixture.makeFolder(mode, { x: '' }),
            target: '/cache/deep',
            access: 'readOnly',
          },
          {
            type: 'directory',
            source: folder,
            target: '/cache',
            access: 'readWrite',
          },
        ],
      },
    );
    expect(error).toBeUndefined();
    expect(text).toContain('token');
    for (const name of readdirSync(folder)) {
      if (name === 'settings') {
        expect(readFileSync(path.join(folder, name), 'utf8')).toBe('');
      }
    }
  });

  it('waits while nobody takes what it prints', async () => {
    const { outcome } = host.begin(
      { network, args: ['dd', 'if=/dev/zero', 'bs=65536', 'count=20'] },
      10,
    );
    const { milliseconds, error } = await outcome;
    expect(error).toBeUndefined();
    expect(milliseconds).toBeGreaterThan(150);
  });

  it.each([
    [{ args: [] }, 'validation', 'needs a program'],
    [{ args: ['a=b'] }, 'validation', 'has "="'],
    [{ args: ['a\0b'] }, 'validation', 'NUL'],
    [{ env: ['NOTHING'] }, 'validation', 'NAME=value'],
    [
      { platform: { os: 'linux', architecture: 'mips' } },
      'unsupported',
      'qemu-user-static',
    ],
    [
      { mounts: [{ type: 'tmpfs' as const, target: '/proc/x' }] },
      'validation',
      'kernel',
    ],
    [
      { mounts: [{ type: 'tmpfs' as const, target: '/etc/passwd' }] },
      'validation',
      'is a file',
    ],
  ])('refuses %j', async (step, kind, words) => {
    const { error } = await shell('true', step);
    expect(error).toMatchObject({
      kind,
      message: expect.stringContaining(words),
    });
  });
});

describeSandbox(
  'an image full of symlinks',
  ['local', 'rootless', 'chroot'],
  (mode, fixture) => {
    it.each([
      ['/etc/resolv.conf', '../../../../target'],
      ['/etc/hosts', 'FOLDER/target'],
      ['/cache', 'FOLDER'],
    ])('%s can not lead a mount out', async (name, to) => {
      const folder = fixture.makeFolder(mode, { target: 'untouched' });
      const link = to.replace('FOLDER', folder);
      const base = fixture.makeBase(mode, root => {
        symlinkSync(link, path.join(root, name));
      });
      const { host } = await fixture.start(mode, base);
      const { error } = await host.shell('echo x > /cache/y; true', {
        network: mode === 'chroot' ? 'host' : 'none',
        mounts: [{ type: 'tmpfs', target: '/cache' }],
      });
      await host.close();
      expect(error).toBeUndefined();
      expect(readdirSync(folder)).toEqual(['target']);
      expect(readFileSync(path.join(folder, 'target'), 'utf8')).toBe(
        'untouched',
      );
    });

    it.each(['proc', 'dev', 'sys'])('%s has to be a folder', async name => {
      const base = fixture.makeBase(mode, root =>
        writeFileSync(path.join(root, name), ''),
      );
      const { host } = await fixture.start(mode, base);
      const { error } = await host.shell('true', {
        network: mode === 'chroot' ? 'host' : 'none',
      });
      await host.close();
      if (mode !== 'chroot' || name === 'dev') {
        expect(error).toMatchObject({ kind: 'validation' });
      }
    });
  },
);
