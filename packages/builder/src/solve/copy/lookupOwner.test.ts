import type { Entry } from '../../layers/FileTree';
import { MemoryTree } from '../../sources/MemoryTree';
import { lookupOwner } from './lookupOwner';

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
const file = (path: string, text: string) => ({
  content: Buffer.from(text),
  entry: { ...common, path, type: 'file', size: text.length } as Entry,
});
const tree = new MemoryTree([
  { entry: { ...common, path: 'etc', type: 'directory', size: 0 } as Entry },
  file('etc/passwd', 'root:x:0:0::/root:/bin/sh\napp:x:12:34::/:/bin/sh\n'),
  file('etc/group', 'root:x:0:\nstaff:x:56:\n'),
]);

describe('lookupOwner', () => {
  it.each([
    ['3', 3, 3],
    ['3:4', 3, 4],
    ['app', 12, 34],
    ['app:staff', 12, 56],
    ['app:7', 12, 7],
    [':9', 0, 9],
    [':staff', 0, 56],
  ])('reads %s', async (owner, uid, gid) => {
    expect(await lookupOwner(tree, owner)).toEqual({ uid, gid });
  });

  it('knows none for nothing', async () => {
    expect(await lookupOwner(tree, '')).toBeUndefined();
    expect(await lookupOwner(tree, undefined)).toBeUndefined();
  });

  it.each(['nobody', 'app:nobody', ':', '1:2:3', '4294967295'])(
    'refuses %s',
    async owner => {
      await expect(lookupOwner(tree, owner)).rejects.toMatchObject({
        kind: 'validation',
      });
    },
  );

  it.each([
    ['nobody', 0, 0],
    ['1000:nobody', 1000, 1000],
    ['app:nobody', 12, 34],
  ])(
    'takes %s for root where a name may be unknown',
    async (owner, uid, gid) => {
      expect(await lookupOwner(tree, owner, 'root')).toEqual({ uid, gid });
    },
  );
});
