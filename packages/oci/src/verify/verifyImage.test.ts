import { rm } from 'node:fs/promises';
import { RegistryClient } from '../client/RegistryClient';
import { composeIndex } from '../compose/composeIndex';
import { copyImage } from '../copy/copyImage';
import { sha256 } from '../digest/Digest';
import { Layout } from '../layout/Layout';
import { readLayout } from '../layout/readLayout';
import { Descriptor } from '../model/Descriptor';
import { mediaTypes } from '../model/mediaTypes';
import { pushLayout } from '../push/pushLayout';
import { FakeRegistry } from '../testing/FakeRegistry';
import { Fakes } from '../testing/withFakes';
import { LayoutWriter, temporaryDirectory } from '../testing/writeLayout';
import { verifyImage } from './verifyImage';

describe('an image in a registry', () => {
  const fakes = new Fakes();
  let directory: string;
  let writer: LayoutWriter;
  let registry: FakeRegistry;
  let client: RegistryClient;
  let image: Descriptor;
  let layout: Layout;
  const repository = () => ({ registry: registry.host, path: 'a' });
  beforeEach(async () => {
    directory = await temporaryDirectory();
    writer = new LayoutWriter(directory);
    image = await writer.image({ layers: [Buffer.from('one')] });
    await writer.finish([image]);
    layout = await readLayout(directory);
    registry = await fakes.start();
    client = fakes.client({ retry: { attempts: 1 } });
    await pushLayout(client, layout, repository());
  });
  afterEach(async () => {
    await fakes.close();
    await rm(directory, { recursive: true, force: true });
  });
  const verify = () =>
    verifyImage(client, { ...repository(), digest: image.digest });
  const parts = () => {
    const found = layout.manifests.get(image.digest)?.image;
    if (!found) throw new Error('no image');
    return found;
  };

  it('is read back', async () => {
    expect(await verify()).toEqual({
      digest: image.digest,
      mediaType: mediaTypes.ociManifest,
      size: image.size,
      manifests: [
        {
          digest: image.digest,
          mediaType: mediaTypes.ociManifest,
          platform: { os: 'linux', architecture: 'amd64' },
          created: '2026-01-02T03:04:05Z',
          labels: { 'org.example.name': 'fixture' },
          size: parts().config.size + parts().layers[0].size,
          configDigest: parts().config.digest,
          layers: parts().layers,
        },
      ],
    });
  });

  it('without its manifest, config or layer is not there', async () => {
    registry.blobs.delete(parts().layers[0].digest);
    await expect(verify()).rejects.toMatchObject({ code: 'notFound' });
    registry.blobs.delete(parts().config.digest);
    await expect(verify()).rejects.toMatchObject({ code: 'notFound' });
    registry.manifests.clear();
    await expect(verify()).rejects.toMatchObject({ code: 'notFound' });
  });

  it('with a layer of another size or a config of other bytes is refused', async () => {
    const { config, layers } = parts();
    const layer = registry.blobs.get(layers[0].digest);
    registry.blobs.set(layers[0].digest, Buffer.alloc(1));
    await expect(verify()).rejects.toMatchObject({ code: 'digestMismatch' });
    registry.blobs.set(layers[0].digest, layer ?? Buffer.alloc(0));
    registry.blobs.set(config.digest, Buffer.alloc(config.size, ' '));
    await expect(verify()).rejects.toMatchObject({ code: 'digestMismatch' });
  });

  it('that is no image is refused', async () => {
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config: { ...parts().config, mediaType: mediaTypes.ociEmpty },
        layers: [],
      }),
    );
    const { digest } = await client.putManifest(repository(), {
      mediaType: mediaTypes.ociManifest,
      bytes,
    });
    await expect(
      verifyImage(client, { ...repository(), digest }),
    ).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('whose index lies about a child is refused', async () => {
    const put = async (child: object) => {
      const bytes = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: mediaTypes.ociIndex,
          manifests: [child],
        }),
      );
      return client.putManifest(
        { ...repository(), tag: 'index' },
        { mediaType: mediaTypes.ociIndex, bytes },
      );
    };
    const tagged = () => verifyImage(client, { ...repository(), tag: 'index' });
    await put({ ...image, size: image.size + 1 });
    await expect(tagged()).rejects.toMatchObject({ code: 'digestMismatch' });
    await put({ ...image, digest: sha256('missing') });
    await expect(tagged()).rejects.toMatchObject({ code: 'notFound' });
    let nested: Descriptor = image;
    for (let depth = 0; depth < 6; depth++) nested = await put(nested);
    await expect(tagged()).rejects.toMatchObject({ code: 'tooLarge' });
  });

  it('is copied to another registry, the tag last', async () => {
    const other = await fakes.start();
    client = fakes.client({ retry: { attempts: 1 } });
    const to = { registry: other.host, path: 'b', tag: 'v1' };
    const from = { ...repository(), digest: image.digest };
    const events: string[] = [];
    const copied = await copyImage(client, from, to, {
      onProgress: ({ type }) => events.push(type),
    });
    expect(copied.digest).toBe(image.digest);
    expect(other.blobs).toEqual(registry.blobs);
    expect(other.log.at(-1)).toBe('PUT /v2/b/manifests/v1');
    expect(events.at(-1)).toBe('manifest');
    await expect(
      copyImage(client, from, { ...to, digest: sha256('other') }),
    ).rejects.toMatchObject({ code: 'digestMismatch' });
  });

  it('is not copied when its bytes break on the way', async () => {
    const other = await fakes.start();
    client = fakes.client({ retry: { attempts: 1 } });
    const [layer] = parts().layers;
    registry.blobs.set(layer.digest, Buffer.alloc(layer.size));
    await expect(
      copyImage(
        client,
        { ...repository(), digest: image.digest },
        { registry: other.host, path: 'b', tag: 'v1' },
      ),
    ).rejects.toMatchObject({ code: 'digestMismatch' });
    expect(other.manifests.size).toBe(0);
    expect(other.blobs.has(layer.digest)).toBe(false);
  });
});

describe('composeIndex', () => {
  const entry = (architecture: string): Descriptor => ({
    mediaType: mediaTypes.ociManifest,
    digest: sha256(architecture),
    size: 7,
    platform: { os: 'linux', architecture },
  });

  it('is the same bytes for the same entries', () => {
    const index = composeIndex([entry('amd64'), entry('arm64')], {
      annotations: { a: 'b' },
    });
    expect(JSON.parse(index.bytes.toString())).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [entry('amd64'), entry('arm64')],
      annotations: { a: 'b' },
    });
    expect(index.descriptor.digest).toBe(sha256(index.bytes));
    // Whatever order the caller's objects have their keys in.
    const { platform, size, digest, mediaType } = entry('amd64');
    const shuffled = { platform, size, digest, mediaType };
    expect(
      composeIndex([shuffled, entry('arm64')], { annotations: { a: 'b' } }),
    ).toEqual(index);
  });

  it.each<[string, Descriptor[]]>([
    [
      'the same platform',
      [entry('amd64'), { ...entry('x'), platform: entry('amd64').platform }],
    ],
    [
      'the same digest',
      [entry('amd64'), { ...entry('amd64'), platform: entry('x').platform }],
    ],
    ['no platform', [{ ...entry('amd64'), platform: undefined }]],
  ])('refuses %s', (_, entries) => {
    expect(() => composeIndex(entries)).toThrow(
      expect.objectContaining({ code: 'invalidManifest' }),
    );
  });
});
