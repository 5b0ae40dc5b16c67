import { temporaryFolder } from '../../testing/temporaryFolder';
import { runCopy, type Case } from '../../testing/runCopy';

const folder = temporaryFolder();
const run = (given: Case) => runCopy(folder, given);

const passwd = 'root:x:0:0::/:/bin/sh\napp:x:1000:100::/:/bin/sh\n';
const group = 'root:x:0:\nstaff:x:50:\n';
const users = { 'etc/passwd': passwd, 'etc/group': group };

describe('COPY', () => {
  it.each<[string, Case, Record<string, string>]>([
    [
      'a file to a name',
      { from: { a: 'A' }, sources: ['a'], to: '/b/c' },
      { b: '755 directory', 'b/c': '644 A' },
    ],
    [
      'a file into a folder that is written so',
      { from: { a: 'A' }, sources: ['a'], to: '/b/' },
      { b: '755 directory', 'b/a': '644 A' },
    ],
    [
      'a file into a folder that is there',
      { from: { a: 'A' }, below: { 'b/': {} }, sources: ['a'], to: '/b' },
      { b: '755 directory', 'b/a': '644 A' },
    ],
    [
      'the content of a folder',
      { from: { 'd/a': 'A', 'd/e/f': 'F' }, sources: ['d'], to: '/x' },
      {
        x: '755 directory',
        'x/a': '644 A',
        'x/e': '755 directory',
        'x/e/f': '644 F',
      },
    ],
    [
      'several into a folder',
      { from: { a: 'A', b: 'B' }, sources: ['a', 'b'], to: '/x/' },
      { x: '755 directory', 'x/a': '644 A', 'x/b': '644 B' },
    ],
    [
      'what fits a pattern',
      {
        from: { 'a.js': 'A', 'b.ts': 'B', 'c.js': 'C' },
        sources: ['*.js'],
        to: '/',
      },
      { 'a.js': '644 A', 'c.js': '644 C' },
    ],
    [
      'a pattern in a folder',
      {
        from: { 'p/a/x': '1', 'p/b/x': '2', 'p/c/y': '3' },
        sources: ['p/[ab]/x'],
        to: '/x/',
      },
      { x: '755 directory', 'x/x': '644 2' },
    ],
    [
      'a link that is named',
      {
        from: { a: 'A', l: { type: 'symlink', mode: 0o777, link: 'a' } },
        sources: ['l'],
        to: '/x',
      },
      { x: '644 A' },
    ],
    [
      'a link in a folder, as it is',
      {
        from: { 'd/l': { type: 'symlink', mode: 0o777, link: '/etc/passwd' } },
        sources: ['d'],
        to: '/',
      },
      { l: '777 /etc/passwd' },
    ],
    [
      'through a link of the image',
      {
        from: { a: 'A' },
        below: {
          'real/': {},
          l: { type: 'symlink', mode: 0o777, link: '/real' },
        },
        sources: ['a'],
        to: '/l/x',
      },
      { l: '777 /real', real: '755 directory', 'real/x': '644 A' },
    ],
    [
      'never out of the image',
      {
        from: { a: 'A' },
        below: { l: { type: 'symlink', mode: 0o777, link: '../../../../out' } },
        sources: ['a'],
        to: '/l/x',
      },
      { l: '777 ../../../../out', out: '755 directory', 'out/x': '644 A' },
    ],
    [
      'with an owner by name',
      {
        from: { a: 'A' },
        below: users,
        sources: ['a'],
        to: '/n/a',
        more: { chown: 'app:staff' },
      },
      {
        etc: '755 directory',
        'etc/group': `644 ${group}`,
        'etc/passwd': `644 ${passwd}`,
        n: '755 1000:50 directory',
        'n/a': '644 1000:50 A',
      },
    ],
    [
      'with a number, which is its own group',
      { from: { a: 'A' }, sources: ['a'], to: '/a', more: { chown: '7' } },
      { a: '644 7:7 A' },
    ],
    [
      'with a mode',
      {
        from: { 'd/a': 'A' },
        sources: ['d'],
        to: '/x',
        more: { chmod: '700' },
      },
      { x: '700 directory', 'x/a': '700 A' },
    ],
    [
      'without what is left out',
      {
        from: { 'd/a.txt': 'A', 'd/b': 'B', 'd/e/c.txt': 'C' },
        sources: ['d'],
        to: '/x',
        more: { exclude: ['**/*.txt', '!a.txt'] },
      },
      {
        x: '755 directory',
        'x/a.txt': '644 A',
        'x/b': '644 B',
        'x/e': '755 directory',
      },
    ],
    [
      'with parents',
      {
        from: { 'a/b/c': 'C' },
        sources: ['a/b/c'],
        to: '/x/',
        more: { parents: true },
      },
      {
        x: '755 directory',
        'x/a': '755 directory',
        'x/a/b': '755 directory',
        'x/a/b/c': '644 C',
      },
    ],
    [
      'with parents from a pivot',
      {
        from: { 'a/b/c': 'C' },
        sources: ['a/./b/c'],
        to: '/x/',
        more: { parents: true },
      },
      { x: '755 directory', 'x/b': '755 directory', 'x/b/c': '644 C' },
    ],
    [
      'with parents at any depth',
      {
        from: { 'a/x.go': '1', 'a/b/y.go': '2', 'a/z': '3' },
        sources: ['a/**/*.go'],
        to: '/',
        more: { parents: true },
      },
      {
        a: '755 directory',
        'a/x.go': '644 1',
        'a/b': '755 directory',
        'a/b/y.go': '644 2',
      },
    ],
    [
      'over a file',
      { from: { a: 'new' }, below: { x: 'old' }, sources: ['a'], to: '/x' },
      { x: '644 new' },
    ],
    [
      'nothing for a pattern that fits nothing',
      { from: { a: 'A' }, below: { x: 'X' }, sources: ['b*'], to: '/n/' },
      { x: '644 X' },
    ],
  ])('copies %s', async (_, given, expected) => {
    expect(await run(given)).toEqual(expected);
  });

  it.each<[string, Case, RegExp]>([
    [
      'a source that is not there',
      { from: { abc: '' }, sources: ['abd'], to: '/' },
      /did you mean abc/,
    ],
    [
      'a source that is there in no folder',
      { from: { 'x/y': '' }, sources: ['other/y'], to: '/' },
      /there is no "other"/,
    ],
    [
      'a folder over a file',
      { from: { 'd/a/b': '' }, below: { 'x/a': '' }, sources: ['d'], to: '/x' },
      /\/x\/a is a file/,
    ],
    [
      'a file below a file',
      { from: { a: '' }, below: { x: '' }, sources: ['a'], to: '/x/y' },
      /\/x is a file/,
    ],
    [
      'several to one name',
      { from: { 'a.a': '', 'b.a': '' }, sources: ['*.a'], to: '/x' },
      /write \/x\//,
    ],
    [
      'links in a circle',
      {
        from: {
          a: { type: 'symlink', link: 'b' },
          b: { type: 'symlink', link: 'a' },
        },
        sources: ['a'],
        to: '/',
      },
      /circle/,
    ],
    [
      'an owner nobody knows',
      {
        from: { a: '' },
        below: users,
        sources: ['a'],
        to: '/',
        more: { chown: 'ap' },
      },
      /did you mean app/,
    ],
    [
      'a mode that is none',
      { from: { a: '' }, sources: ['a'], to: '/', more: { chmod: 'much' } },
      /--chmod=much/,
    ],
    [
      'a pattern that is none',
      { from: { a: '' }, sources: ['[a'], to: '/' },
      /\[a/,
    ],
  ])('refuses %s', async (_, given, message) => {
    await expect(run(given)).rejects.toThrow(message);
  });
});
