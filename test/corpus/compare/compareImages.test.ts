import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { compareImages } from './compareImages.ts';
import { readImages } from './readImage.ts';
import { type HandMadeImage, writeLayout } from './writeLayout.ts';

/* A comparison that cannot fail proves nothing: each thing that two images can differ in is altered here. */

const old = new Date('2015-01-01T00:00:00Z');
const began = Date.UTC(2020, 0, 1) / 1000;
let folder: string;
let made = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corpus-compare-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** An image with one of everything. */
const sample = (): HandMadeImage => ({
  architecture: 'amd64',
  config: {
    ...{ Env: ['A=1', 'B=2'], Cmd: ['run'], Entrypoint: ['/e'], User: '5' },
    ...{ WorkingDir: '/w', Labels: { a: '1' }, ExposedPorts: { '80/tcp': {} } },
    ...{ Volumes: { '/v': {} }, StopSignal: 'SIGTERM', Shell: ['/bin/sh'] },
    ...{ Healthcheck: { Test: ['CMD', 'x'], Retries: 3 }, OnBuild: ['RUN x'] },
  },
  layers: [
    [
      { name: 'd/', type: 'directory', mode: 0o755, mtime: old },
      { name: 'd/file', mode: 0o644, mtime: old, content: 'content' },
      { name: 'd/hard', type: 'link', linkname: 'd/file', mtime: old },
      { name: 'd/soft', type: 'symlink', linkname: 'file', mtime: old },
      {
        ...{ name: 'd/cap', mode: 0o755, mtime: old, content: 'x' },
        pax: { 'SCHILY.xattr.user.note': 'hello' },
      },
      {
        ...{ name: 'd/null', type: 'character-device', mode: 0o666 },
        ...{ devmajor: 1, devminor: 3, mtime: old },
      },
      { name: 'gone', mode: 0o644, mtime: old, content: 'deleted above' },
      { name: 'o/', type: 'directory', mode: 0o700, mtime: old },
      { name: 'o/hidden', mode: 0o644, mtime: old, content: 'hidden above' },
    ],
    [
      { name: '.wh.gone', mtime: old },
      { name: 'o/.wh..wh..opq', mtime: old },
      { name: 'o/new', mode: 0o644, mtime: old, content: 'new' },
    ],
  ],
});

async function differences(left: HandMadeImage, right: HandMadeImage) {
  const read = async (image: HandMadeImage) => {
    const layout = join(folder, String(++made));
    await writeLayout(layout, image);
    return (await readImages(layout))[0];
  };
  const isBuildTime = (time: number) => time >= began;
  return compareImages(await read(left), await read(right), { isBuildTime });
}

const entry = (image: HandMadeImage, name: string) =>
  image.layers.flat().find(found => found.name === name)!;
const without = (image: HandMadeImage, name: string) => {
  image.layers = image.layers.map(l => l.filter(e => e.name !== name));
};

const treeAlterations: Record<string, [string[], (i: HandMadeImage) => void]> =
  {
    mode: [
      ['/d/file mode', '/d/hard mode'],
      i => set(i, 'd/file', { mode: 0o600 }),
    ],
    'set-user-id': [['/d/cap mode'], i => set(i, 'd/cap', { mode: 0o4755 })],
    'mode of a directory': [['/d mode'], i => set(i, 'd/', { mode: 0o711 })],
    user: [['/d/cap owner'], i => set(i, 'd/cap', { uid: 9 })],
    group: [['/d owner'], i => set(i, 'd/', { gid: 9 })],
    'owner of a link': [['/d/soft owner'], i => set(i, 'd/soft', { uid: 9 })],
    content: [['/d/cap sha256'], i => set(i, 'd/cap', { content: 'y' })],
    size: [
      ['/d/cap sha256', '/d/cap size'],
      i => set(i, 'd/cap', { content: 'xx' }),
    ],
    'link target': [
      ['/d/soft linkname'],
      i => set(i, 'd/soft', { linkname: 'other' }),
    ],
    'a hard link that is a copy': [
      ['/d/file links', '/d/hard links'],
      i =>
        set(i, 'd/hard', {
          ...{ type: 'file', linkname: undefined, content: 'content' },
          mode: 0o644,
        }),
    ],
    'attribute value': [
      ['/d/cap xattrs'],
      i => set(i, 'd/cap', { pax: { 'SCHILY.xattr.user.note': 'hallo' } }),
    ],
    'attribute missing': [
      ['/d/cap xattrs'],
      i => set(i, 'd/cap', { pax: undefined }),
    ],
    'device number': [
      ['/d/null device'],
      i => set(i, 'd/null', { devminor: 5 }),
    ],
    'kind of device': [
      ['/d/null type'],
      i => set(i, 'd/null', { type: 'block-device' }),
    ],
    time: [
      ['/d/cap mtime'],
      i => set(i, 'd/cap', { mtime: new Date('2015-01-01T00:00:01Z') }),
    ],
    'time of the build instead of the source': [
      ['/d/soft mtime'],
      i => set(i, 'd/soft', { mtime: new Date('2021-01-01T00:00:00Z') }),
    ],
    'a path less': [['/o/new'], i => without(i, 'o/new')],
    'a path more': [
      ['/o/more'],
      i => i.layers[1].push({ name: 'o/more', mtime: old, content: '' }),
    ],
    'a whiteout less': [['/gone'], i => without(i, '.wh.gone')],
    'not opaque': [['/o/hidden'], i => without(i, 'o/.wh..wh..opq')],
    'file instead of directory': [
      ['/o mode', '/o sha256', '/o size', '/o type', '/o/new'],
      i => {
        i.layers[1] = [
          i.layers[1][0],
          { name: 'o', mode: 0o644, mtime: began2, content: 'f' },
        ];
      },
    ],
    platform: [['image platform'], i => void (i.architecture = 'arm64')],
  };
const began2 = new Date(began * 1000);

function set(image: HandMadeImage, name: string, to: object): void {
  Object.assign(entry(image, name), to);
}

test('equal images have no differences, whatever their compression', async () => {
  for (const compression of ['none', 'gzip', 'zstd'] as const)
    assert.deepEqual(
      await differences(sample(), { ...sample(), compression }),
      [],
    );
});

for (const [name, [expected, alter]] of Object.entries(treeAlterations)) {
  test(`sees another ${name}`, async () => {
    const altered = sample();
    alter(altered);
    const found = await differences(sample(), altered);
    assert.deepEqual(
      found.map(({ what }) => what),
      expected,
    );
  });
}

for (const key of Object.keys(sample().config)) {
  test(`sees another ${key} in the configuration, and a missing one`, async () => {
    const [altered, missing] = [sample(), sample()];
    altered.config[key] =
      typeof sample().config[key] === 'string' ? 'other' : ['other'];
    delete missing.config[key];
    for (const image of [altered, missing])
      assert.deepEqual(
        (await differences(sample(), image)).map(({ what }) => what),
        [`config ${key}`],
      );
  });
}

test('sees the order of variables, and a key that nobody knows', async () => {
  const image = sample();
  image.config.Env = ['B=2', 'A=1'];
  image.config.Unheard = 1;
  assert.deepEqual(
    (await differences(sample(), image)).map(({ what }) => what),
    ['config Env', 'config Unheard'],
  );
});

test('takes two times of a build for equal', async () => {
  const at = (text: string) => {
    const image = sample();
    set(image, 'd/cap', { mtime: new Date(text) });
    return image;
  };
  const [one, two] = [at('2021-01-01T00:00:00Z'), at('2022-02-02T00:00:00Z')];
  assert.deepEqual(await differences(one, two), []);
});

test('refuses a blob that is not what its digest says, and a layer that climbs', async () => {
  const layout = join(folder, 'broken');
  await writeLayout(layout, sample());
  const blobs = join(layout, 'blobs/sha256');
  for (const name of await readdir(blobs)) {
    const bytes = await readFile(join(blobs, name));
    await writeFile(join(blobs, name), Buffer.concat([bytes, bytes]));
    await assert.rejects(readImages(layout));
    await writeFile(join(blobs, name), bytes);
  }
  const climbing = sample();
  climbing.layers[0].push({ name: '../out', mtime: old, content: 'x' });
  await assert.rejects(differences(climbing, sample()), /climbs/);
});

test('follows links of lower layers, inside the root', async () => {
  const linked = sample();
  linked.layers[0].push(
    { name: 'bin', type: 'symlink', linkname: '/../d', mtime: old },
    { name: 'bin/tool', mtime: old, mode: 0o755, content: 't' },
  );
  const plain = sample();
  plain.layers[0].push(
    { name: 'bin', type: 'symlink', linkname: '/../d', mtime: old },
    { name: 'd/tool', mtime: old, mode: 0o755, content: 't' },
  );
  assert.deepEqual(await differences(linked, plain), []);
});
