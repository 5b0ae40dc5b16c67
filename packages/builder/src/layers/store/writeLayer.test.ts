import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerChange } from '../LayerChange';
import type { Compression } from '../LayerStore';
import { readArchive } from '../testing/readArchive';
import { changesOf, entryAt, putEntry, putFile } from '../testing/putFile';
import { DiskLayerStore } from './DiskLayerStore';

let root: string;
let store: DiskLayerStore;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'buildog-write-'));
  store = await DiskLayerStore.open(join(root, 'store'));
});

afterAll(async () => {
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

const none = { compression: { algorithm: 'none' } } as const;
const text = (megabytes: number) =>
  Buffer.from(
    'a line of text, and a number: 12345\n'.repeat(29_000 * megabytes),
  );

/** Some of everything, with a content that needs several chunks. */
const everything = () =>
  changesOf(
    putEntry('', { type: 'directory' }),
    putFile('big', text(4)),
    putEntry('d', { type: 'directory', mode: 0o1777 }),
    putFile('d/ü', 'x', { uid: 5_000_000, mtime: -3 }),
    putEntry('d/link', { type: 'symlink', link: '../x'.repeat(40) }),
    putEntry('pipe', { type: 'fifo' }),
    { kind: 'remove', path: 'gone' },
  );

async function names(...changes: LayerChange[]): Promise<string[]> {
  const layer = await store.write(changesOf(...changes), none);
  if (!layer) return [];
  const chunks: Buffer[] = [];
  for await (const chunk of await store.open(layer.blob)) chunks.push(chunk);
  return readArchive(Buffer.concat(chunks)).map(({ header, content }) =>
    [header.name, header.linkName && `-> ${header.linkName}`, content]
      .filter(Boolean)
      .join(' '),
  );
}

describe('the bytes of a layer', () => {
  // They only ever change with Node's zlib or on purpose: caches and digests do then.
  it.each<[Compression['algorithm'], string[]]>([
    ['gzip', ['gzip', '-t']],
    ['zstd', ['zstd', '-tq']],
  ])(
    'are the same in another store and at another time: %s',
    async (algorithm, [program, ...args]) => {
      const compression = { algorithm };
      const first = await store.write(everything(), { compression });
      const other = await DiskLayerStore.open(join(root, `other-${algorithm}`));
      const second = await other.write(everything(), { compression });
      const plain = await other.write(everything(), none);
      await other.close();
      expect(second).toEqual(first);
      expect(plain?.diffId).toBe(first?.diffId);
      const file = join(
        root,
        'store/blobs',
        first?.blob.digest.replace(':', '/') ?? '',
      );
      execFileSync(program, args, {
        input: execFileSync('cat', [file], { maxBuffer: 1e8 }),
      });
      const listed = execFileSync(
        'tar',
        ['-tf', file, algorithm === 'gzip' ? '-z' : '--zstd'],
        {
          encoding: 'utf8',
          env: { ...process.env, LC_ALL: 'C.UTF-8' },
        },
      );
      expect(listed.split('\n')).toHaveLength(8);
    },
  );

  it('do not depend on the order of the changes', async () => {
    const changes = [
      putFile('a', '1'),
      putEntry('b', { type: 'directory' }),
      putFile('b/c', '2'),
      putFile('b-c', '3'),
    ];
    const expected = ['a 1', 'b/', 'b/c 2', 'b-c 3'];
    expect(await names(...changes)).toEqual(expected);
    expect(await names(...changes.reverse())).toEqual(expected);
  });

  it('have times that are not later than asked for', async () => {
    const layer = await store.write(
      changesOf(putFile('a', '', { mtime: 99 })),
      {
        ...none,
        clampTime: 50,
      },
    );
    const tree = await store.tree(layer ? [layer] : []);
    expect(await tree.lookup('a')).toMatchObject({ mtime: 50 });
  });

  it('are none for no changes', async () => {
    expect(await store.write(changesOf(), none)).toBeUndefined();
  });
});

describe('what is written', () => {
  const remove = (path: string): LayerChange => ({ kind: 'remove', path });
  const linked = (path: string, hardLinkTo: string): LayerChange => ({
    kind: 'put',
    entry: entryAt(path, { size: 1 }),
    hardLinkTo,
  });
  it.each<[string, LayerChange[], string[]]>([
    [
      'removals are whiteouts',
      [remove('a'), remove('d/b')],
      ['.wh.a', 'd/.wh.b'],
    ],
    [
      'what goes with its directory is not said',
      [remove('d'), remove('d/b')],
      ['.wh.d'],
    ],
    [
      'a replaced file needs no whiteout',
      [remove('a'), putFile('a', '1')],
      ['a 1'],
    ],
    [
      'a replaced directory is opaque',
      [remove('d'), putEntry('d', { type: 'directory' }), putFile('d/a', '1')],
      ['d/', 'd/.wh..wh..opq', 'd/a 1'],
    ],
    [
      'also without a word on itself',
      [remove('d'), putFile('d/a', '1')],
      ['d/.wh..wh..opq', 'd/a 1'],
    ],
    ['the last of two counts', [putFile('a', '1'), putFile('a', '2')], ['a 2']],
    [
      'links point to the first name',
      [putFile('b', '1'), linked('a', 'b'), linked('c', 'a')],
      ['a 1', 'b -> a', 'c -> a'],
    ],
  ])('%s', async (_, changes, expected) => {
    expect(await names(...changes)).toEqual(expected);
  });

  it('is refused: a link to nothing', async () => {
    await expect(names(linked('a', 'b'))).rejects.toMatchObject({
      kind: 'filesystem',
    });
  });

  it.each([
    ['grows', (file: string) => writeFileSync(file, '12345')],
    ['shrinks', (file: string) => truncateSync(file, 1)],
    ['goes', (file: string) => rmSync(file)],
  ])('is refused: a file that %s meanwhile', async (_, change) => {
    const localPath = join(root, 'changing');
    writeFileSync(localPath, '123');
    const entry = entryAt('a', { size: 3 });
    change(localPath);
    await expect(
      names({ kind: 'put', entry, localPath }),
    ).rejects.toMatchObject({
      name: 'BuilderError',
      kind: 'filesystem',
    });
  });

  it.each(['12', '1234'])(
    'is refused: content of another size, %s',
    async content => {
      await expect(
        names(putFile('a', content, { size: 3 })),
      ).rejects.toMatchObject({
        kind: 'filesystem',
        message: expect.stringContaining('changed while it was read'),
      });
    },
  );

  it.each([0, 10, 1.5])('is refused: gzip level %s', async level => {
    const compression = { algorithm: 'gzip', level } as const;
    await expect(
      store.write(everything(), { compression }),
    ).rejects.toMatchObject({
      kind: 'validation',
    });
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(
      store.write(everything(), { ...none, signal }),
    ).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});

describe('what the chain below has', () => {
  it('is left out where that is asked for', async () => {
    const localPath = join(root, 'same');
    writeFileSync(localPath, 'same');
    const same = { ...putFile('same', 'same'), localPath };
    const below = await store.write(
      changesOf(same, putFile('other', '1')),
      none,
    );
    if (!below) throw new Error('no layer');
    const changes = () => changesOf(same, putFile('other', '2'));
    const layer = await store.write(changes(), { ...none, unlessIn: [below] });
    const tree = await store.tree(layer ? [layer] : []);
    expect((await tree.list('')).map(({ path }) => path)).toEqual(['other']);
    const unchanged = { ...none, unlessIn: [below] };
    expect(await store.write(changesOf(same), unchanged)).toBeUndefined();
  });
});
