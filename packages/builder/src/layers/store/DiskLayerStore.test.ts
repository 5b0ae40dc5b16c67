import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Layer } from '../Layer';
import type { LayerChange } from '../LayerChange';
import { tarTypes } from '../tar/TarHeader';
import { layerArchive, layerOf } from '../testing/layerArchive';
import { changesOf, putEntry, putFile, textOf } from '../testing/putFile';
import { DiskLayerStore } from './DiskLayerStore';

let root: string;
let store: DiskLayerStore;
let count = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'buildog-store-'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeEach(async () => {
  count += 1;
  store = await DiskLayerStore.open(join(root, `${count}`));
});

afterEach(async () => {
  await store.close();
});

const gzip = { compression: { algorithm: 'gzip' } } as const;
const archive = layerArchive([
  { name: 'a', content: 'one' },
  { name: 'b', content: 'two' },
  { name: 'c', content: 'three' },
  { name: 'd', content: 'four' },
]);

async function written(...changes: LayerChange[]): Promise<Layer> {
  const layer = await store.write(changesOf(...changes), gzip);
  if (!layer) throw new Error('no layer');
  return layer;
}

describe('import', () => {
  it('takes a layer once', async () => {
    const { layer, open } = layerOf(archive);
    expect(await store.has(layer)).toBe(false);
    let opened = 0;
    const counted = async () => {
      opened += 1;
      return open();
    };
    await Promise.all([
      store.import(layer, counted),
      store.import(layer, counted),
    ]);
    await store.import(layer, counted);
    expect(opened).toBe(1);
    expect(await store.has(layer)).toBe(true);
    expect((await textOf(await store.open(layer.blob))).length).toBeGreaterThan(
      0,
    );
  });

  const { layer: good, open: openGood } = layerOf(archive);
  const other = layerOf(layerArchive([{ name: 'x' }]));
  const cut = async () => {
    const bytes: Buffer[] = [];
    for await (const chunk of await openGood()) bytes.push(chunk);
    return Readable.from([Buffer.concat(bytes).subarray(0, 60)]);
  };
  const broken = async () => {
    throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  };
  it.each<[string, Layer, () => Promise<Readable>, string]>([
    [
      'another diffId',
      { ...good, diffId: other.layer.diffId },
      openGood,
      'manifest',
    ],
    ['other bytes', good, other.open, 'manifest'],
    [
      'a larger size',
      { ...good, blob: { ...good.blob, size: good.blob.size + 1 } },
      openGood,
      'manifest',
    ],
    [
      'a smaller size',
      { ...good, blob: { ...good.blob, size: good.blob.size - 1 } },
      openGood,
      'manifest',
    ],
    [
      'another digest',
      { ...good, blob: { ...good.blob, digest: other.layer.blob.digest } },
      openGood,
      'manifest',
    ],
    ['bytes cut off', good, cut, 'manifest'],
    ['no archive', ...noArchive(), 'manifest'],
    ['a source that fails', good, broken, 'filesystem'],
  ])('refuses %s and keeps nothing', async (_, layer, open, kind) => {
    await expect(store.import(layer, open)).rejects.toMatchObject({
      name: 'BuilderError',
      kind,
    });
    expect(readdirSync(join(root, `${count}`, 'blobs/sha256'))).toEqual([]);
    const [session] = readdirSync(join(root, `${count}`, 'tmp'));
    expect(readdirSync(join(root, `${count}`, 'tmp', session))).toEqual([]);
  });

  it('refuses bombs before they fill anything', async () => {
    const limits = { maxUnpackedBytes: 10_000, maxEntries: 3 };
    const careful = await DiskLayerStore.open(join(root, `${count}-careful`), {
      limits,
    });
    const large = layerOf(
      layerArchive([{ name: 'a', content: 'x'.repeat(20_000) }]),
    );
    const many = layerOf(archive);
    for (const { layer, open } of [large, many]) {
      await expect(careful.import(layer, open)).rejects.toMatchObject({
        kind: 'resource',
      });
    }
    await careful.close();
  });
});

function noArchive(): [Layer, () => Promise<Readable>] {
  const { layer, open } = layerOf(Buffer.from('x'.repeat(2000)));
  return [layer, open];
}

describe('tree', () => {
  const fetching = async () => {
    const { layer, open } = layerOf(archive);
    const fetched: string[] = [];
    const fetch = async ({ diffId }: Layer) => {
      fetched.push(diffId);
      return open();
    };
    const folder = join(root, `${count}-fetch`);
    return { layer, fetched, folder, fetch };
  };

  it('fetches what is missing, reads any number of files, and remembers digests', async () => {
    const { layer, fetched, folder, fetch } = await fetching();
    const first = await DiskLayerStore.open(folder, { fetch });
    const tree = await first.tree([layer]);
    const entries = await tree.list('');
    expect(entries.map(({ path }) => path)).toEqual(['a', 'b', 'c', 'd']);
    for (const [i, text] of ['one', 'two', 'three', 'four'].entries()) {
      expect(await textOf(await tree.open(entries[i]))).toBe(text);
      expect(await tree.localPath?.(entries[i])).toBeUndefined();
    }
    const digest = await tree.digest(entries[0]);
    expect(fetched).toHaveLength(1);
    expect(readdirSync(join(folder, 'tars'))).toHaveLength(1);
    await first.close();
    rmSync(join(folder, 'blobs'), { recursive: true });
    rmSync(join(folder, 'tars'), { recursive: true });
    const second = await DiskLayerStore.open(folder);
    const again = await second.tree([layer]);
    expect(await again.digest(entries[0])).toBe(digest);
    await expect(again.digest(entries[1])).rejects.toMatchObject({
      kind: 'filesystem',
    });
    await second.close();
  });

  it('makes an index anew that is broken', async () => {
    const layer = await written(putFile('a', '1'));
    await store.close();
    const [name] = readdirSync(join(root, `${count}`, 'index'));
    writeFileSync(join(root, `${count}`, 'index', name), '{"version":1,"ro');
    store = await DiskLayerStore.open(join(root, `${count}`));
    const tree = await store.tree([layer]);
    expect(await tree.lookup('a')).toMatchObject({ size: 1 });
  });

  it('says that a directory has no content', async () => {
    const layer = await written(putEntry('d', { type: 'directory' }));
    const tree = await store.tree([layer]);
    const [entry] = await tree.list('');
    await expect(tree.open(entry)).rejects.toMatchObject({
      kind: 'filesystem',
    });
    expect(await tree.list('nothing/there')).toEqual([]);
    expect(await tree.lookup('d/x')).toBeUndefined();
  });

  it('reads from unpacked directories where there are some', async () => {
    const layer = await written(putFile('a', 'one'), putFile('d/b', 'two'));
    const { release } = await store.unpack([layer], { flat: false });
    const tree = await store.tree([layer]);
    const entry = await tree.lookup('d/b');
    if (!entry) throw new Error('no entry');
    const path = (await tree.localPath?.(entry)) ?? '';
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(await textOf(await tree.open(entry))).toBe('two');
    await release();
  });
});

describe('hostile layers', () => {
  it('stay inside the directory they are unpacked to', async () => {
    const outside = join(root, `${count}-outside`);
    mkdirSync(outside);
    writeFileSync(join(outside, 'file'), 'untouched');
    const hostile = layerOf(
      layerArchive([
        { name: 'link', type: tarTypes.symlink, linkName: outside },
        { name: 'link/file', content: 'overwritten' },
        { name: `${outside}/file`, content: 'absolute' },
        {
          name: 'up',
          type: tarTypes.symlink,
          linkName: `${'../'.repeat(20)}${outside}`,
        },
        { name: 'up/new', content: 'x' },
        { name: 'shadow', type: tarTypes.symlink, linkName: '/etc/shadow' },
        { name: 'hard', type: tarTypes.hardLink, linkName: 'shadow' },
        { name: 'link', type: tarTypes.directory, mode: 0o777 },
        { name: 'link/again', content: 'y' },
      ]),
    );
    const replaced = layerOf(
      layerArchive([
        { name: 'up/below', content: 'z' },
        { name: 'shadow', content: 'mine' },
        { name: 'link/.wh.again' },
      ]),
    );
    for (const { layer, open } of [hostile, replaced])
      await store.import(layer, open);
    const chain = [hostile.layer, replaced.layer];
    for (const flat of [false, true]) {
      const { directories, release } = await store.unpack(chain, { flat });
      const top = directories[directories.length - 1];
      expect(lstatSync(join(top, 'up')).isDirectory()).toBe(true);
      expect(readFileSync(join(top, 'shadow'), 'utf8')).toBe('mine');
      const inside = join(directories[0], outside);
      expect(readdirSync(inside)).toEqual(['file', 'new']);
      expect(readFileSync(join(inside, 'file'), 'utf8')).toBe('absolute');
      await release();
      expect(existsSync(top)).toBe(!flat);
    }
    expect(readdirSync(outside)).toEqual(['file']);
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('untouched');
  });

  it('cannot be a hard link to a file of this machine', async () => {
    const { layer, open } = layerOf(
      layerArchive([
        { name: 'mine', type: tarTypes.hardLink, linkName: '/etc/shadow' },
      ]),
    );
    await store.import(layer, open);
    await expect(store.tree([layer])).rejects.toMatchObject({
      kind: 'manifest',
    });
    await expect(store.unpack([layer], { flat: true })).rejects.toMatchObject({
      kind: 'manifest',
    });
  });

  it('may link to files of lower layers, which are copied', async () => {
    const lower = await written(putFile('d/a', 'one', { mode: 0o600, uid: 7 }));
    const upper = layerOf(
      layerArchive([{ name: 'b', type: tarTypes.hardLink, linkName: 'd/a' }]),
    );
    await store.import(upper.layer, upper.open);
    const chain = [lower, upper.layer];
    const tree = await store.tree(chain);
    expect(await tree.lookup('b')).toMatchObject({
      mode: 0o600,
      uid: 7,
      size: 3,
    });
    for (const flat of [false, true]) {
      const { directories, release } = await store.unpack(chain, { flat });
      const path = join(directories[directories.length - 1], 'b');
      expect(readFileSync(path, 'utf8')).toBe('one');
      expect(lstatSync(path).uid).toBe(7);
      await release();
    }
  });
});

describe('the folder', () => {
  it('is not used when it is a link', async () => {
    const link = join(root, `${count}-link`);
    symlinkSync(join(root, `${count}`), link);
    await expect(DiskLayerStore.open(link)).rejects.toMatchObject({
      kind: 'filesystem',
    });
  });

  it('is cleaned of sessions whose process is gone', async () => {
    const folder = join(root, `${count}`);
    const dead = join(folder, 'tmp', 'dead');
    mkdirSync(dead);
    writeFileSync(join(dead, 'file'), '');
    const mark = readFileSync(
      join(folder, 'sessions', readdirSync(join(folder, 'sessions'))[0]),
      'utf8',
    );
    const other = { ...JSON.parse(mark), startTime: '1' };
    writeFileSync(join(folder, 'sessions', 'dead.json'), JSON.stringify(other));
    const second = await DiskLayerStore.open(folder);
    expect(existsSync(dead)).toBe(false);
    expect(readdirSync(join(folder, 'tmp'))).toHaveLength(2);
    await second.close();
  });

  it('keeps what a process may still do that cannot be seen from here', async () => {
    const folder = join(root, `${count}`);
    mkdirSync(join(folder, 'tmp', 'elsewhere'));
    const mark = { boot: 'another', pidNamespace: 'x', pid: 1, startTime: '1' };
    const file = join(folder, 'sessions', 'elsewhere.json');
    writeFileSync(file, JSON.stringify(mark));
    await (await DiskLayerStore.open(folder)).close();
    expect(existsSync(file)).toBe(true);
    execFileSync('touch', ['-d', '2 hours ago', file]);
    await (await DiskLayerStore.open(folder)).close();
    expect(existsSync(file)).toBe(false);
  });
});
