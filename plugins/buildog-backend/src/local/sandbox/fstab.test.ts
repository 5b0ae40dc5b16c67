import { fstab, mountFlags } from './fstab';

const MOUNTINFO = [
  '21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '30 21 0:30 / /srv rw,nosuid,nodev shared:2 - tmpfs tmpfs rw',
  '31 30 0:31 / /srv/with\\040blank ro,noexec shared:3 - tmpfs tmpfs rw',
  '',
].join('\n');

describe('mountFlags', () => {
  it.each([
    ['/etc/hosts', []],
    ['/srv', ['nosuid', 'nodev']],
    ['/srv/a', ['nosuid', 'nodev']],
    ['/srvs', []],
    ['/srv/with blank/a', ['ro', 'noexec']],
  ])('of %s', (path, flags) => {
    expect(mountFlags(path, MOUNTINFO)).toEqual(flags);
  });
});

describe('fstab', () => {
  const lines = (
    mounts: Parameters<typeof fstab>[1],
    root = '/builds/a/root',
  ) => fstab(root, mounts, MOUNTINFO).split('\n');

  it('begins with the root and what every process expects', () => {
    expect(lines([]).slice(0, 2)).toEqual([
      '/builds/a/root /builds/a/root none bind 0 0',
      'proc /builds/a/root/proc proc nosuid,nodev,noexec 0 0',
    ]);
  });

  it('keeps the flags that a user namespace may not take away', () => {
    const [, , , , first, second, third] = lines([
      { source: '/usr', target: '/usr', readOnly: true },
      { source: '/srv/x', target: '/buildog/workspace', readOnly: false },
      { source: '/sys', target: '/sys', readOnly: false, recursive: true },
    ]);
    expect(first).toBe('/usr /builds/a/root/usr none bind,ro 0 0');
    expect(second).toBe(
      '/srv/x /builds/a/root/buildog/workspace none bind,nosuid,nodev 0 0',
    );
    expect(third).toBe('/sys /builds/a/root/sys none rbind 0 0');
  });

  it('lets no path become two fields, a line or a comment', () => {
    const odd = '/a b\n#c\\d\te';
    const [line, end] = lines([
      { source: odd, target: '/t', readOnly: false },
    ]).slice(4);
    expect(line).toBe(
      '/a\\040b\\012\\043c\\134d\\011e /builds/a/root/t none bind 0 0',
    );
    expect(end).toBe('');
  });
});
