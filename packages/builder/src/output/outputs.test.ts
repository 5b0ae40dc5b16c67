import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@buildog/oci';
import { composeBundle } from '../image/composeBundle';
import type { ImageBundle } from '../image/ComposedImage';
import { composeImage } from '../image/composeImage';
import type { Layer, LayerChain } from '../layers/Layer';
import type { LayerChange } from '../layers/LayerChange';
import { DiskLayerStore } from '../layers/store/DiskLayerStore';
import {
  describeDirectory,
  describeTree,
} from '../layers/testing/describeTree';
import {
  changesOf,
  entryAt,
  putEntry,
  putFile,
} from '../layers/testing/putFile';
import { writeDockerArchive, writeOciArchive } from './writeImageArchive';
import { writeLocal } from './writeLocal';
import { writeOciLayout } from './writeOciLayout';
import { writeRootArchive } from './writeRootArchive';

let root: string;
let store: DiskLayerStore;
let chain: LayerChain;
let bundle: ImageBundle;

const capability = Buffer.from(
  '0100000200200000000000000000000000000000',
  'hex',
);
const directory = { type: 'directory' } as const;

async function layer(...changes: LayerChange[]): Promise<Layer> {
  const compression = { algorithm: 'gzip' } as const;
  const made = await store.write(changesOf(...changes), { compression });
  if (!made) throw new Error('no layer');
  return made;
}

beforeAll(async () => {
  // buildah makes names of folders, and takes no capitals in them.
  root = join(tmpdir(), `buildog-output-${randomUUID()}`);
  mkdirSync(root);
  store = await DiskLayerStore.open(join(root, 'store'));
  const lower = await layer(
    putEntry('d', { ...directory, mode: 0o1777, uid: 5, mtime: 7 }),
    putFile('d/a', 'one', { mode: 0o4755, uid: 33, gid: 44, linkGroup: 'x' }),
    { kind: 'put', entry: entryAt('d/b', { size: 3 }), hardLinkTo: 'd/a' },
    putFile('gone', ''),
    putEntry('old', directory),
    putFile('old/x', ''),
    putFile('ping', 'ping', {
      mode: 0o755,
      xattrs: { 'security.capability': capability.toString('base64') },
    }),
  );
  const upper = await layer(
    { kind: 'remove', path: 'gone' },
    { kind: 'remove', path: 'old' },
    putEntry('old', directory),
    putFile('old/ü', 'new', { mode: 0 }),
    putEntry('link', { type: 'symlink', link: '/d/a', mode: 0o777 }),
    putEntry('pipe', { type: 'fifo', mode: 0o600 }),
  );
  chain = [lower, upper];
  bundle = composeBundle([imageFor('amd64')]);
});

afterAll(async () => {
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

function imageFor(architecture: string) {
  return composeImage({
    platform: { os: 'linux', architecture },
    config: { os: 'linux', architecture, config: { Cmd: ['/ping'] } },
    layers: chain,
    history: [{ created_by: 'one' }, { created_by: 'two' }],
    created: '2026-01-01T00:00:00Z',
  });
}

const names = ['registry.example:5000/team/app:1.0'];
const skopeo = (...args: string[]) =>
  execFileSync('skopeo', ['--insecure-policy', ...args], { encoding: 'utf8' });

describe('an OCI layout', () => {
  it('is the image that skopeo and buildah see', async () => {
    const folder = join(root, 'layout');
    await writeOciLayout(folder, bundle, store, { names });
    const copied = skopeo('inspect', '--raw', `oci:${folder}:1.0`);
    expect(sha256(copied)).toBe(bundle.root.digest);
    const storage = [
      '--root',
      join(root, 'containers'),
      '--runroot',
      join(root, 'run'),
      '--storage-driver',
      'vfs',
    ];
    const buildah = (...args: string[]) =>
      execFileSync('buildah', [...storage, ...args], {
        encoding: 'utf8',
      }).trim();
    const policy = join(root, 'policy.json');
    writeFileSync(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
    const image = buildah(
      'pull',
      '-q',
      '--signature-policy',
      policy,
      `oci:${folder}:1.0`,
    );
    const container = buildah('from', '--signature-policy', policy, image);
    const mounted = buildah('mount', container);
    const tree = await store.tree(chain);
    const { '': ours, ...files } = await describeTree(tree);
    const { '': theirs, ...seen } = await describeDirectory(mounted);
    // Containers get directories of their own before they are run.
    expect(seen).toMatchObject(files);
    expect(Object.keys(seen).filter(path => !(path in files))).toEqual([]);
    expect([ours, theirs]).toHaveLength(2);
    buildah('rm', container);
    buildah('rmi', image);
  }, 60_000);

  it('holds several platforms and shares their layers', async () => {
    const folder = join(root, 'multi');
    const both = composeBundle([imageFor('amd64'), imageFor('arm64')]);
    await writeOciLayout(folder, both, store);
    expect(readdirSync(join(folder, 'blobs/sha256'))).toHaveLength(
      2 + 2 + 2 + 1,
    );
    skopeo(
      'copy',
      '-q',
      '--all',
      `oci:${folder}`,
      `dir:${join(root, 'multi-copy')}`,
    );
  });

  it('is written over an older one, without writing blobs again', async () => {
    const folder = join(root, 'twice');
    await writeOciLayout(folder, bundle, store);
    const blob = join(folder, 'blobs', chain[0].blob.digest.replace(':', '/'));
    const before = lstatSync(blob).ino;
    await writeOciLayout(folder, bundle, store, { names });
    expect(lstatSync(blob).ino).toBe(before);
    expect(readdirSync(folder).sort()).toEqual([
      'blobs',
      'index.json',
      'oci-layout',
    ]);
  });

  it('is not written with bytes that are not the layer’s', async () => {
    const lying = { openLayer: () => store.openLayer(chain[1]) };
    const folder = join(root, 'lying');
    await expect(writeOciLayout(folder, bundle, lying)).rejects.toMatchObject({
      kind: 'manifest',
    });
    expect(existsSync(join(folder, 'index.json'))).toBe(false);
    expect(readdirSync(join(folder, 'blobs/sha256'))).toEqual([]);
  });

  it('may hold an image without layers', async () => {
    const empty = composeImage({
      platform: { os: 'linux', architecture: 'amd64' },
      config: { os: 'linux', architecture: 'amd64' },
      layers: [],
      history: [],
    });
    const folder = join(root, 'empty');
    await writeOciLayout(folder, composeBundle([empty]), store);
    const manifest = JSON.parse(skopeo('inspect', '--raw', `oci:${folder}`));
    expect(manifest.layers).toHaveLength(1);
    skopeo('copy', '-q', `oci:${folder}`, `dir:${join(root, 'empty-copy')}`);
  });
});

describe('archives', () => {
  it('of an OCI layout are read by skopeo, and are always the same', async () => {
    const [first, second] = [join(root, 'a.tar'), join(root, 'b.tar')];
    await writeOciArchive(first, bundle, store, { names });
    await writeOciArchive(second, bundle, store, { names });
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
    const raw = skopeo('inspect', '--raw', `oci-archive:${first}:1.0`);
    expect(sha256(raw)).toBe(bundle.root.digest);
  });

  it('for docker load are read by skopeo', async () => {
    const file = join(root, 'docker.tar');
    await writeDockerArchive(file, bundle, store, { names });
    const source = `docker-archive:${file}:${names[0]}`;
    const config = JSON.parse(skopeo('inspect', '--config', source));
    expect(config.rootfs.diff_ids).toEqual(chain.map(({ diffId }) => diffId));
    skopeo('copy', '-q', source, `dir:${join(root, 'docker-copy')}`);
  });

  it('for docker load hold one platform', async () => {
    const both = composeBundle([imageFor('amd64'), imageFor('arm64')]);
    const file = join(root, 'both.tar');
    await expect(writeDockerArchive(file, both, store)).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('linux/amd64, linux/arm64'),
    });
  });

  it('of the files are what GNU tar unpacks', async () => {
    const file = join(root, 'files.tar');
    const tree = await store.tree(chain);
    await writeRootArchive(file, tree);
    const folder = join(root, 'files');
    mkdirSync(folder);
    execFileSync('tar', [
      '-xpf',
      file,
      '-C',
      folder,
      '--numeric-owner',
      '--xattrs',
      '--xattrs-include=*',
    ]);
    const { '': ours, ...files } = await describeTree(tree);
    const { '': theirs, ...seen } = await describeDirectory(folder);
    expect(seen).toEqual(files);
    expect(ours).toContain(theirs.slice(0, 19));
  });

  it('appear complete or not at all', async () => {
    const file = join(root, 'cut.tar');
    const failing = {
      openLayer: async () => {
        throw new Error('no');
      },
    };
    await expect(writeOciArchive(file, bundle, failing)).rejects.toThrow('no');
    expect(
      readdirSync(root).filter(name => name.startsWith('cut.tar')),
    ).toEqual([]);
  });
});

describe('a folder', () => {
  it('gets the files, without what only root may have', async () => {
    const folder = join(root, 'local');
    const warnings: string[] = [];
    const warn = (message: string) => warnings.push(message);
    const tree = await store.tree(chain);
    await writeLocal(folder, tree, { warn });
    writeFileSync(join(folder, 'mine'), '');
    await writeLocal(folder, tree, { warn });
    expect(readdirSync(folder).sort()).toEqual([
      'd',
      'link',
      'mine',
      'old',
      'ping',
    ]);
    const a = lstatSync(join(folder, 'd/a'));
    expect([a.mode & 0o7777, a.uid, a.nlink]).toEqual([
      0o755,
      process.getuid?.(),
      2,
    ]);
    expect(readlinkSync(join(folder, 'link'))).toBe('/d/a');
    expect(lstatSync(join(folder, 'd')).mtimeMs).toBe(7000);
    expect(warnings[0]).toContain('pipe');
  });

  it('is not left through links that stand in it', async () => {
    const folder = join(root, 'linked');
    const outside = join(root, 'outside');
    mkdirSync(folder);
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), 'untouched');
    symlinkSync(outside, join(folder, 'd'));
    symlinkSync(join(outside, 'secret'), join(folder, 'ping'));
    chmodSync(outside, 0o711);
    await writeLocal(folder, await store.tree(chain));
    expect(readdirSync(outside)).toEqual(['secret']);
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('untouched');
    expect(lstatSync(outside).mode & 0o777).toBe(0o711);
  });

  it('is not emptied for a file', async () => {
    const folder = join(root, 'full');
    mkdirSync(join(folder, 'ping'), { recursive: true });
    await expect(
      writeLocal(folder, await store.tree(chain)),
    ).rejects.toMatchObject({
      kind: 'filesystem',
    });
  });
});
