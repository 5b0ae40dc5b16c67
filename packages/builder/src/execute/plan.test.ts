import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { renderFstab } from './fstab';
import { parseLauncher } from './Launcher';
import { mountFlags } from './mountFlags';
import { planStepMounts } from './planStepMounts';
import { quoteWords } from './quoteWords';
import { keeperCommand, programCommand } from './stepCommand';

const programs = {
  sh: '/bin/sh',
  setpriv: '/bin/setpriv',
  unshare: '/bin/unshare',
  nsenter: '/bin/nsenter',
  chroot: '/sbin/chroot',
  prlimit: '/bin/prlimit',
};

describe('quoteWords', () => {
  it('gives a shell back what it got, whatever it is', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'buildog-words-'));
    const file = path.join(folder, 'words');
    const script = '. "$1"; shift 0; printf "%s\\0" "$@"';
    const word = fc
      .oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom("'", "''\\'", '$(id)', '`id`', '\n', '-n', '\\', '*'),
      )
      .map(text => Buffer.from(text.replaceAll('\0', '')).toString());
    try {
      fc.assert(
        fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), words => {
          writeFileSync(file, quoteWords(words));
          const said = execFileSync('sh', ['-c', script, 'sh', file], {
            encoding: 'utf8',
          });
          expect(said.split('\0').slice(0, -1)).toEqual(words);
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('renderFstab', () => {
  it('keeps fields apart, whatever is in them', () => {
    const text = renderFstab([
      {
        source: '/a b\t#\\c',
        target: '/x\ny',
        type: 'none',
        options: ['bind', 'ro'],
      },
    ]);
    expect(text).toBe('/a\\040b\\011\\043\\134c /x\\012y none bind,ro 0 0\n');
  });
});

describe('planStepMounts', () => {
  const options = {
    root: '/r',
    cwd: '',
    userXattr: true,
    discardFolders: (index: number) => ({
      upper: `u${index}`,
      work: `w${index}`,
    }),
    sourceOf: (index: number) => `/source/${index}`,
    flagsOf: () => ['nosuid'],
  };
  const cache = {
    type: 'directory' as const,
    source: '',
    target: '',
    access: 'readWrite' as const,
  };

  it('refuses symlinks in a mount until what lies in it is there', () => {
    const plan = planStepMounts(
      [
        { mount: cache, path: 'cache' },
        { mount: cache, path: 'cache/inner', inside: 0 },
        {
          mount: {
            type: 'file',
            content: Buffer.from(''),
            target: '',
            mode: 0,
            uid: 0,
            gid: 0,
          },
          path: 'cache/file',
          inside: 0,
        },
      ],
      options,
    );
    expect(plan.outer).toEqual([
      {
        source: '/source/0',
        target: '/r/cache',
        type: 'none',
        options: ['bind', 'nodev', 'nosuid', 'nosymfollow'],
      },
    ]);
    expect(
      plan.inner.map(({ target, options: flags }) => [target, flags]),
    ).toEqual([
      ['/r/cache/inner', ['bind', 'nodev', 'nosuid', 'X-mount.mkdir']],
      ['/r/cache/file', ['bind', 'ro', 'nodev', 'nosuid']],
    ]);
    expect(plan.innerFiles).toEqual(['/r/cache/file']);
    expect(plan.last).toEqual([
      {
        source: '/source/0',
        target: '/r/cache',
        type: 'none',
        options: ['remount', 'bind', 'nodev', 'nosuid'],
      },
    ]);
  });

  it('guards the mount that the working directory lies in', () => {
    const mounts = [{ mount: cache, path: 'cache' }];
    expect(planStepMounts(mounts, options).last).toEqual([]);
    expect(planStepMounts(mounts, { ...options, cwd: 'cache' }).last).toEqual(
      [],
    );
    const below = planStepMounts(mounts, { ...options, cwd: 'cache/x' });
    expect(below.last.length).toBe(1);
  });

  it('lays an overlay where writes are thrown away', () => {
    const [line] = planStepMounts(
      [{ mount: { ...cache, access: 'discardWrites' }, path: 'd' }],
      options,
    ).outer;
    expect(line).toMatchObject({
      type: 'overlay',
      options: expect.arrayContaining(['upperdir=u0', 'userxattr', 'nodev']),
    });
  });
});

describe('commands', () => {
  it('keep what an author wrote out of what everybody can read', () => {
    const command = keeperCommand({
      ...{ programs, folder: '/s', overlay: 'lowerdir=0', cwd: 'work' },
      ...{ stdout: '/o', stderr: '/e', hostname: 'h', network: 'joined' },
      ...{ groups: ['/g'], commandFile: '/c', innerFiles: [] },
    });
    expect(command.slice(0, 6)).toEqual([
      '/bin/setpriv',
      ...['--pdeathsig', 'KILL', '--'],
      ...['/bin/nsenter', '--net=/proc/self/fd/4'],
    ]);
  });

  it('give up rights before the program, and look nothing up', () => {
    const command = programCommand({
      ...{ programs, launcher: ['/l/env'], args: ['prog', '-x'], env: ['A=1'] },
      ...{ cwd: 'a/b', user: { uid: 5, gid: 6, groups: [7, 8], home: '/' } },
      ...{ resourceLimits: ['--as=1'], allCapabilities: false },
    });
    expect(command.slice(0, 3)).toEqual(['/bin/prlimit', '--as=1', '--']);
    expect(command).toContain('--userspec=+5:+6');
    expect(command).toContain('--groups=+7,+8');
    expect(command.slice(-8)).toEqual([
      ...['--', '../..', '/l/env', '-i', '--', 'A=1', 'prog', '-x'],
    ]);
    expect(command.find(word => word.startsWith('--bounding-set'))).toMatch(
      /^--bounding-set=-all,\+chown,/,
    );
  });
});

describe('mountFlags', () => {
  it('finds the innermost mount', () => {
    const info = [
      '1 0 8:1 / / rw,relatime - ext4 /dev/a rw',
      '2 1 8:2 / /home rw,nosuid,nodev - ext4 /dev/b rw',
      '3 2 8:3 / /home/a\\040b ro,noexec - ext4 /dev/c rw',
      '',
    ].join('\n');
    expect(mountFlags('/etc', info)).toEqual([]);
    expect(mountFlags('/home/x', info)).toEqual(['nosuid', 'nodev']);
    expect(mountFlags('/homework', info)).toEqual([]);
    expect(mountFlags('/home/a b/c', info)).toEqual(['ro', 'noexec']);
  });
});

describe('parseLauncher', () => {
  it('finds the loader and the libraries', () => {
    const launcher = parseLauncher(
      '/usr/bin/env',
      '\tlinux-vdso.so.1 (0x00007ffd)\n\tlibc.so.6 => /lib/x/libc.so.6 (0x00007f)\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n',
    );
    expect(launcher?.files).toEqual([
      { name: 'env', source: '/usr/bin/env' },
      { name: 'libc.so.6', source: '/lib/x/libc.so.6' },
      { name: 'loader', source: '/lib64/ld-linux-x86-64.so.2' },
    ]);
    expect(launcher?.command('/d')).toEqual([
      ...['/d/loader', '--library-path', '/d', '/d/env'],
    ]);
  });

  it('knows musl and static programs', () => {
    const musl = parseLauncher(
      '/bin/env',
      '\t/lib/ld-musl-x86_64.so.1 (0x7f)\n\tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f)\n',
    );
    expect(musl?.command('/d')[0]).toBe('/d/loader');
    expect(
      parseLauncher('/bin/env', '\tnot a dynamic executable\n')?.command('/d'),
    ).toEqual(['/d/env']);
    expect(
      parseLauncher('/bin/env', '\tlibc.so.6 => /lib/libc.so.6 (0x7f)\n'),
    ).toBeUndefined();
  });
});
