import type { Entry } from '../layers/FileTree';
import { MemoryTree } from '../sources/MemoryTree';
import { findUser } from './findUser';

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
const file = (path: string, text: string) => ({
  content: Buffer.from(text),
  entry: { ...common, path, type: 'file', size: text.length } as Entry,
});
const tree = new MemoryTree([
  { entry: { ...common, path: 'etc', type: 'directory', size: 0 } as Entry },
  file(
    'etc/passwd',
    'root:x:0:0::/root:/bin/sh\napp:x:12:34::/home/app:/bin/sh\nbare:x:13:34\n',
  ),
  file('etc/group', 'root:x:0:\nstaff:x:56:other,app\nmore:x:57:app\n'),
]);

describe('findUser', () => {
  it.each([
    ['', 0, 0, [0], '/root'],
    ['app', 12, 34, [34, 56, 57], '/home/app'],
    ['12', 12, 34, [34, 56, 57], '/home/app'],
    ['app:staff', 12, 56, [56], '/home/app'],
    ['12:9', 12, 9, [9], '/home/app'],
    ['bare', 13, 34, [34], '/'],
    ['99', 99, 0, [0], '/'],
    ['99:98', 99, 98, [98], '/'],
  ])('finds %j', async (user, uid, gid, groups, home) => {
    expect(await findUser(tree, user)).toEqual({ uid, gid, groups, home });
  });

  it('takes numbers where there are no files', async () => {
    expect(await findUser(MemoryTree.empty, '5:6')).toEqual({
      ...{ uid: 5, gid: 6, groups: [6], home: '/' },
    });
  });

  it.each(['nobody', 'app:nobody', '4294967295'])('refuses %s', async user => {
    await expect(findUser(tree, user)).rejects.toMatchObject({
      kind: 'execution',
    });
  });
});
