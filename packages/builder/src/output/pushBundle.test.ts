import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  parseReference,
  RegistryClient,
  startRegistry,
  type EmbeddedRegistry,
} from '@buildog/oci';
import { composeBundle } from '../image/composeBundle';
import { composeImage } from '../image/composeImage';
import type { Layer, LayerChain } from '../layers/Layer';
import { DiskLayerStore } from '../layers/store/DiskLayerStore';
import { changesOf, putFile } from '../layers/testing/putFile';
import { BundlePushEvent, pushBundle, PushSettings } from './pushBundle';

let root: string;
let store: DiskLayerStore;
let registry: EmbeddedRegistry;
let client: RegistryClient;
let base: Layer;
let own: Layer;
let events: BundlePushEvent[];
let settings: PushSettings;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'buildog-push-'));
  registry = await startRegistry({ root: join(root, 'registry') });
  const hosts = { [registry.host]: { plainHttp: true } };
  client = RegistryClient.create({ hosts });
  store = await DiskLayerStore.open(join(root, 'store'));
  base = await layer('base', 100_000);
  own = await layer('own', 10);
});

afterAll(async () => {
  await client.close();
  await registry.close();
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  events = [];
  settings = {
    use: (_, call) => call(client),
    onEvent: event => events.push(event),
  };
});

async function layer(name: string, size: number): Promise<Layer> {
  const compression = { algorithm: 'none' } as const;
  const file = putFile(name, name.repeat(size));
  const made = await store.write(changesOf(file), { compression });
  if (!made) throw new Error('no layer');
  return made;
}

function imageOf(layers: LayerChain, architecture = 'amd64') {
  return composeImage({
    platform: { os: 'linux', architecture },
    config: { os: 'linux', architecture },
    layers,
    history: [],
  });
}

const reference = (name: string) => parseReference(`${registry.host}/${name}`);
const outcomes = () =>
  events.flatMap(event => (event.type === 'blob' ? [event.outcome] : []));
const unread = {
  openLayer: async () => {
    throw new Error('this layer must not be read');
  },
};

describe('pushBundle', () => {
  it('pushes what others can pull, under all its tags', async () => {
    const bundle = composeBundle([
      imageOf([base, own]),
      imageOf([base, own], 'arm64'),
    ]);
    await pushBundle(
      [
        reference('team/app:1'),
        reference('team/app:latest'),
        reference('other/app:1'),
      ],
      bundle,
      store,
      settings,
    );
    for (const name of ['team/app:1', 'team/app:latest', 'other/app:1']) {
      const head = await client.headManifest(reference(name));
      expect(head?.digest).toBe(bundle.root.digest);
    }
    // Two layers, two configs; each once in each repository.
    expect(outcomes()).toHaveLength(8);
    const pulled = `dir:${join(root, 'pulled')}`;
    const source = `docker://${registry.host}/team/app:1`;
    const insecure = [
      '--insecure-policy',
      'copy',
      '-q',
      '--all',
      '--src-tls-verify=false',
    ];
    // The registry is in this process: it has to go on.
    await promisify(execFile)('skopeo', [...insecure, source, pulled]);
  });

  it('sends nothing twice', async () => {
    const bundle = composeBundle([imageOf([base, own])]);
    await pushBundle([reference('twice/app:1')], bundle, store, settings);
    events = [];
    await pushBundle([reference('twice/app:1')], bundle, unread, settings);
    expect(outcomes()).toEqual(['existed', 'existed', 'existed']);
  });

  it('mounts layers of a base image, whose bytes are not even here', async () => {
    const bundle = composeBundle([imageOf([base])]);
    await pushBundle([reference('library/base:1')], bundle, store, settings);
    events = [];
    const from = `${registry.host}/library/base`;
    const built = composeBundle([imageOf([{ ...base, from }, own])]);
    const only = {
      openLayer: (asked: Layer) =>
        asked.diffId === own.diffId
          ? store.openLayer(asked)
          : unread.openLayer(),
    };
    await pushBundle([reference('mounted/app:1')], built, only, settings);
    expect(outcomes().sort()).toEqual(['mounted', 'uploaded', 'uploaded']);
  });

  it('moves no tag when a layer cannot be had, and says why', async () => {
    const bundle = composeBundle([imageOf([await layer('new', 5), own])]);
    await expect(
      pushBundle([reference('failed/app:1')], bundle, unread, settings),
    ).rejects.toMatchObject({ name: 'BuilderError' });
    expect(
      await client.headManifest(reference('failed/app:1')),
    ).toBeUndefined();
  });

  it('stops when it is told to', async () => {
    const bundle = composeBundle([imageOf([base, own])]);
    const signal = AbortSignal.abort();
    await expect(
      pushBundle([reference('stopped/app:1')], bundle, store, {
        ...settings,
        signal,
      }),
    ).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('pushes by digest alone when there is no tag', async () => {
    const bundle = composeBundle([imageOf([own])]);
    const { registry: host, path } = reference('untagged/app');
    await pushBundle([{ registry: host, path }], bundle, store, settings);
    const { digest } = bundle.root;
    const found = await client.headManifest({ registry: host, path, digest });
    expect(found?.digest).toBe(digest);
  });
});
