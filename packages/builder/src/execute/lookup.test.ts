import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { StepMount } from './Executor';
import { placeMounts } from './placeMounts';
import { resolveInRoot } from './resolveInRoot';
import { DirectoryTree } from './testing/DirectoryTree';

const folder = mkdtempSync(path.join(os.tmpdir(), 'buildog-lookup-'));
const tree = new DirectoryTree(folder);
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  for (const name of ['etc', 'a/b', 'run']) {
    mkdirSync(path.join(folder, name), { recursive: true });
  }
  const links = {
    abs: '/a/b',
    up: '../../../../a',
    loop: 'loop',
    'a/dangling': '/nowhere/x',
    'a/b/back': '../..',
    'etc/resolv.conf': '../run/resolve/stub',
  };
  for (const [name, target] of Object.entries(links)) {
    symlinkSync(target, path.join(folder, name));
  }
  writeFileSync(path.join(folder, 'a/file'), '');
  writeFileSync(
    path.join(folder, 'etc/passwd'),
    'root:x:0:0::/:/bin/sh\napp:x:1000:1001::/:/bin/sh\nbroken:x:no:1\n1234:x:7:8:::\n\n',
  );
});

describe('resolveInRoot', () => {
  it.each([
    ['/', '', ''],
    ['/a/./b//', 'a/b', 'a/b'],
    ['/abs', 'a/b', 'a/b'],
    ['/up/b', 'a/b', 'a/b'],
    ['/../../etc/passwd', 'etc/passwd', 'etc/passwd'],
    ['/a/b/back/etc', 'etc', 'etc'],
    ['/a/dangling', 'nowhere/x', ''],
    ['/a/new/deep', 'a/new/deep', 'a'],
    ['/a/new/../b', 'a/b', 'a/b'],
    ['/etc/resolv.conf', 'run/resolve/stub', 'run'],
  ])('%s', async (name, expected, existing) => {
    const found = await resolveInRoot(tree, name);
    expect(found).toMatchObject({ path: expected, existing });
    expect(found?.entry !== undefined).toBe(expected === existing);
  });

  it.each(['/loop', '/loop/x', '/a/file/x'])('%s leads nowhere', async name => {
    expect(await resolveInRoot(tree, name)).toBeUndefined();
  });
});

describe('placeMounts', () => {
  const tmpfs = (target: string): StepMount => ({ type: 'tmpfs', target });

  it('puts outer mounts first and makes what is missing', async () => {
    const { mounts, mountPoints } = await placeMounts(tree, [
      tmpfs('/abs/x/y'),
      tmpfs('/abs/x'),
      tmpfs('/a'),
      tmpfs('/new/one'),
    ]);
    expect(mounts.map(({ path: name, inside }) => [name, inside])).toEqual([
      ['a', undefined],
      ['a/b/x', 0],
      ['new/one', undefined],
      ['a/b/x/y', 1],
    ]);
    expect(mountPoints).toEqual([
      { path: 'new', type: 'directory' },
      { path: 'new/one', type: 'directory' },
    ]);
  });

  it.each(['/', '/proc', '/sys/x', '/dev', '/loop', '/a/file', '/../proc'])(
    'refuses %s',
    async target => {
      await expect(placeMounts(tree, [tmpfs(target)])).rejects.toMatchObject({
        kind: 'validation',
      });
    },
  );

  it('allows /dev/shm', async () => {
    const { mounts } = await placeMounts(tree, [tmpfs('/dev/shm')]);
    expect(mounts[0].path).toBe('dev/shm');
  });
});
