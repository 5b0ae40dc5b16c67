import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { text } from 'node:stream/consumers';
import type { CopyOperation } from '../../graph/Operation';
import type { Entry, FileTree } from '../../layers/FileTree';
import { formatTarHeader } from '../../layers/tar/formatTarHeader';
import { MemoryTree, type Content } from '../../sources/MemoryTree';
import { solveTools } from '../../testing/solveTools';
import { temporaryFolder } from '../../testing/temporaryFolder';
import { copy, vertex } from '../../testing/vertices';
import { solve } from '../solve';
import { parseChmod } from './parseChmod';

const folder = temporaryFolder();
let counter = 0;

type Node = string | Partial<Entry> | { bytes: Buffer };

/** A tree of paths; a text is a file's content, a path that ends in a slash a directory. */
function tree(nodes: Readonly<Record<string, Node>>): MemoryTree {
  const files = new Map<string, { entry: Entry; content?: Content }>();
  for (const [written, node] of Object.entries(nodes)) {
    const isDirectory = written.endsWith('/');
    const path = written.replace(/\/$/, '');
    const names = path.split('/');
    names.slice(0, -1).forEach((_, index) => {
      const parent = names.slice(0, index + 1).join('/');
      if (!files.has(parent)) files.set(parent, { entry: directory(parent) });
    });
    const bytes =
      typeof node === 'string'
        ? Buffer.from(node)
        : 'bytes' in node
        ? (node.bytes as Buffer)
        : Buffer.alloc(0);
    const more = typeof node === 'string' || 'bytes' in node ? {} : node;
    const entry: Entry = isDirectory
      ? { ...directory(path), ...more }
      : {
          ...directory(path),
          type: 'file',
          mode: 0o644,
          size: bytes.length,
          ...more,
        };
    files.set(path, { entry, content: bytes });
  }
  return new MemoryTree([...files.values()]);
}

function directory(path: string): Entry {
  return {
    path,
    type: 'directory',
    mode: 0o755,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 3,
  };
}

interface Case {
  readonly from: Readonly<Record<string, Node>>;
  readonly below?: Readonly<Record<string, Node>>;
  readonly sources: readonly string[];
  readonly to: string;
  readonly more?: Partial<CopyOperation>;
}

/** Copies into a filesystem, and gives what is there afterwards: path to a short form. */
async function run({ from, below, sources, to, more }: Case) {
  counter += 1;
  const at = join(folder, String(counter));
  const lower = tree(below ?? {});
  const tools = await solveTools(at, {
    contexts: { default: tree(from), lower },
  });
  const root = below
    ? copy(
        ['.'],
        '/',
        { from: vertex({ kind: 'context', name: 'lower' }) },
        { keepOwners: true },
      )
    : undefined;
  const target = copy(sources, to, { ...(root && { root }) }, more);
  const solved = await solve([target], tools, new AbortController().signal);
  const result = solved.get(target);
  if (result?.kind !== 'filesystem') throw new Error('no filesystem');
  const files = await tools.layers.tree(result.chain);
  const found = await shown(files);
  await tools.close();
  return found;
}

async function shown(
  files: FileTree,
  at = '',
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await files.list(at)) {
    const { path, type, mode, uid, gid, link } = entry;
    const owner = uid || gid ? ` ${uid}:${gid}` : '';
    const content =
      type === 'file' ? await text(await files.open(entry)) : link ?? type;
    found[path] = `${mode.toString(8)}${owner} ${content}`;
    if (type === 'directory') Object.assign(found, await shown(files, path));
  }
  return found;
}

const passwd = 'root:x:0:0::/:/bin/sh\napp:x:1000:100::/:/bin/sh\n';
const group = 'root:x:0:\nstaff:x:50:\n';
const users = { 'etc/passwd': passwd, 'etc/group': group };

function archive(
  entries: readonly {
    name: string;
    type?: string;
    content?: string;
    link?: string;
    uid?: number;
  }[],
) {
  const parts = entries.flatMap(
    ({ name, type = '0', content = '', link = '', uid = 0 }) => {
      const bytes = Buffer.from(content);
      const header = formatTarHeader({
        name,
        type: type as '0',
        mode: type === '5' ? 0o755 : 0o640,
        uid,
        gid: uid,
        size: bytes.length,
        mtime: 9,
        linkName: link,
        device: [0, 0],
      });
      return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
    },
  );
  return Buffer.concat([...parts.flat(), Buffer.alloc(1024)]);
}

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
      { x: '755 directory', 'x/a': '700 A' },
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
      { n: '755 directory', x: '644 X' },
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
      { from: { 'x/y': '' }, sources: ['q/y'], to: '/' },
      /there is no "q"/,
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

describe('ADD', () => {
  const entries = [
    { name: 'd/', type: '5', uid: 4 },
    { name: 'd/f', content: 'F', uid: 4 },
    { name: 'l', type: '2', link: 'd/f' },
    { name: 'h', type: '1', link: 'd/f' },
  ];
  const more = { unpack: true };
  const unpacked = {
    x: '755 directory',
    'x/d': '755 4:4 directory',
    'x/d/f': '640 4:4 F',
    'x/h': '640 4:4 F',
    'x/l': '640 d/f',
  };

  it.each([
    ['a plain archive', archive(entries)],
    ['a gzip archive', gzipSync(archive(entries))],
  ])('unpacks %s', async (_, bytes) => {
    const found = await run({
      from: { a: { bytes } },
      sources: ['a'],
      to: '/x',
      more,
    });
    expect(found).toEqual(unpacked);
  });

  it('copies what is no archive, and with COPY what is one', async () => {
    const given = { from: { a: 'text' }, sources: ['a'], to: '/x', more };
    expect(await run(given)).toEqual({ x: '644 text' });
    const zipped = gzipSync(Buffer.from('no archive'));
    const kept = await run({
      from: { a: { bytes: zipped } },
      sources: ['a'],
      to: '/x',
      more,
    });
    expect(Object.keys(kept)).toEqual(['x']);
  });

  it.each([
    ['leaves its folder', [{ name: '../out', content: 'x' }], /"\.\."/],
    [
      'links to nothing',
      [{ name: 'h', type: '1', link: 'nothing' }],
      /hard link/,
    ],
    ['holds a device', [{ name: 'dev', type: '3' }], /device/],
  ])('refuses an archive that %s', async (_, bad, message) => {
    const bytes = archive(bad);
    await expect(
      run({ from: { a: { bytes } }, sources: ['a'], to: '/x/', more }),
    ).rejects.toThrow(message);
  });

  it('replaces what stands in the way, inside the image only', async () => {
    const bytes = archive([
      { name: 'l/', type: '5' },
      { name: 'l/f', content: 'F' },
    ]);
    const below = {
      l: { type: 'symlink' as const, mode: 0o777, link: '../../etc' },
    };
    expect(
      await run({
        from: { a: { bytes } },
        below,
        sources: ['a'],
        to: '/',
        more,
      }),
    ).toEqual({
      l: '755 directory',
      'l/f': '640 F',
    });
  });
});

describe('parseChmod', () => {
  it.each<[string, number, boolean, number]>([
    ['755', 0o600, false, 0o755],
    ['4711', 0o600, false, 0o4711],
    ['u=rwX,go=rX', 0o600, false, 0o644],
    ['u=rwX,go=rX', 0o700, false, 0o755],
    ['u=rwX,go=rX', 0o600, true, 0o755],
    ['+x', 0o640, false, 0o751],
    ['a-w', 0o666, false, 0o444],
    ['go=', 0o777, false, 0o700],
    ['u+s,g-r', 0o755, false, 0o4715],
    ['o=u', 0o640, false, 0o646],
    ['+t', 0o755, true, 0o1755],
    ['ug+rw,o-rwx', 0o111, false, 0o770],
  ])('%s of %o (directory: %p) is %o', (spec, before, isDirectory, after) => {
    expect(parseChmod(spec)(before, isDirectory).toString(8)).toBe(
      after.toString(8),
    );
  });

  it.each(['', '888', '12345', 'x', 'u', 'u=q', 'u=rw,,g=r', '-', '0o755'])(
    'refuses %p',
    spec => {
      expect(() => parseChmod(spec)).toThrow(/chmod/);
    },
  );
});
