import { execFileSync } from 'node:child_process';
import {
  cp,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Descriptor } from '../model/Descriptor';
import { mediaTypes } from '../model/mediaTypes';
import {
  blobFile,
  LayoutWriter,
  temporaryDirectory,
} from '../testing/writeLayout';
import { LayoutLimits } from './Layout';
import { readLayout } from './readLayout';

const secret = 'top-secret-content-of-a-mounted-file';

describe('readLayout', () => {
  let parent: string;
  let directory: string;
  let writer: LayoutWriter;
  let root: Descriptor;
  let layer: Descriptor;

  beforeEach(async () => {
    parent = await temporaryDirectory();
    directory = join(parent, 'image');
    await mkdir(directory);
    await writeFile(join(parent, 'secret'), secret);
    writer = new LayoutWriter(directory);
    root = await writer.image({
      layers: [Buffer.from('one'), Buffer.from('two')],
    });
    await writer.finish([root]);
    const layout = await readLayout(directory);
    [layer] = layout.manifests.get(root.digest)?.image?.layers ?? [];
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  const refusal = (limits?: Partial<LayoutLimits>) =>
    readLayout(directory, { limits }).catch(error => {
      // Whatever is wrong, no error quotes a file.
      const shown = inspect(error, { depth: null, showHidden: true });
      return shown.includes(secret) ? shown : error;
    });
  const refused = (code: string, reason: string) =>
    expect.objectContaining({
      code,
      retryable: false,
      message: expect.stringContaining(reason),
    });
  const path = (digest: Descriptor) => join(directory, blobFile(digest.digest));

  it('reads what a builder wrote', async () => {
    const layout = await readLayout(directory);
    expect(layout.roots.map(({ digest }) => digest)).toEqual([root.digest]);
    const image = layout.manifests.get(root.digest)?.image;
    expect(image?.platform).toEqual({ os: 'linux', architecture: 'amd64' });
    expect(image?.layers).toHaveLength(2);
    expect(layout.blobs.size).toBe(3);
    const chunks: Buffer[] = [];
    for await (const chunk of await layout.openBlob(layer.digest)) {
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks)).toEqual(await readFile(path(layer)));
    await expect(layout.openBlob(root.digest)).rejects.toMatchObject({
      code: 'invalidLayout',
    });
  });

  it('lists each image once, in nested indexes too', async () => {
    const other = await writer.image({
      platform: { os: 'linux', architecture: 'arm64' },
      layers: [Buffer.from('one')],
    });
    const inner = await writer.index([root, other, root]);
    await writer.finish([inner, await writer.index([inner]), inner]);
    const layout = await readLayout(directory);
    expect(layout.roots).toHaveLength(2);
    expect([...layout.manifests.keys()].slice(0, 3)).toEqual([
      root.digest,
      other.digest,
      inner.digest,
    ]);
    expect(layout.manifests.get(inner.digest)?.children).toEqual([
      root.digest,
      other.digest,
    ]);
    // Two configs; layers "one" (shared) and "two".
    expect(layout.blobs.size).toBe(4);
  });

  describe('refuses links and special files:', () => {
    it('a blob that is a link', async () => {
      await rm(path(layer));
      await symlink(join(parent, 'secret'), path(layer));
      expect(await refusal()).toEqual(
        refused('invalidLayout', 'symbolic link'),
      );
    });
    it('index.json that is a link', async () => {
      await rm(join(directory, 'index.json'));
      await symlink(join(parent, 'secret'), join(directory, 'index.json'));
      expect(await refusal()).toEqual(
        refused('invalidLayout', 'symbolic link'),
      );
    });
    it.each(['blobs', 'blobs/sha256'])('%s that is a link', async name => {
      await rename(join(directory, name), join(parent, 'moved'));
      await symlink(join(parent, 'moved'), join(directory, name));
      expect(await refusal()).toEqual(
        refused('invalidLayout', 'symbolic link'),
      );
    });
    it('the layout itself, or a directory above it', async () => {
      await rename(directory, join(parent, 'moved'));
      await symlink(join(parent, 'moved'), directory);
      expect(await refusal()).toEqual(
        refused('invalidLayout', 'symbolic link'),
      );
      await rm(directory);
      await mkdir(join(parent, 'real'));
      await rename(join(parent, 'moved'), join(parent, 'real', 'image'));
      await symlink(join(parent, 'real'), join(parent, 'linked'));
      directory = join(parent, 'linked', 'image');
      expect(await refusal()).toEqual(
        refused('invalidLayout', 'symbolic link'),
      );
    });
    it('a FIFO, without waiting on it', async () => {
      await rm(path(layer));
      execFileSync('mkfifo', [path(layer)]);
      expect(await refusal()).toEqual(
        refused('invalidLayout', 'no regular file'),
      );
    });
    it('a directory', async () => {
      await rm(path(layer));
      await mkdir(path(layer));
      expect(await refusal()).toEqual(
        refused('invalidLayout', 'no regular file'),
      );
    });
    it('a link put there after it was read', async () => {
      const layout = await readLayout(directory);
      await rm(path(layer));
      await symlink(join(parent, 'secret'), path(layer));
      await expect(layout.openBlob(layer.digest)).rejects.toMatchObject({
        code: 'invalidLayout',
      });
    });
    it('but takes a hard link, which is a regular file', async () => {
      await link(path(layer), join(parent, 'copy'));
      expect((await readLayout(directory)).blobs.size).toBe(3);
    });
  });

  describe('refuses what is missing or wrong:', () => {
    it('no directory', async () => {
      directory = join(parent, 'nothing');
      expect(await refusal()).toEqual(
        refused('invalidLayout', 'cannot be read'),
      );
      directory = join(parent, 'secret');
      expect(await refusal()).toEqual(refused('invalidLayout', 'no directory'));
    });
    it('no layout', async () => {
      await rm(join(directory, 'oci-layout'));
      expect(await refusal()).toEqual(refused('invalidLayout', 'oci-layout'));
    });
    it.each(['', secret, '{}', '{"imageLayoutVersion":"2.0.0"}', 'null'])(
      'oci-layout that says %j',
      async text => {
        await writer.file('oci-layout', text);
        expect(await refusal()).toEqual(
          refused('invalidLayout', 'version 1.0.0'),
        );
      },
    );
    it('no image', async () => {
      await writer.finish([]);
      expect(await refusal()).toEqual(refused('invalidLayout', 'no image'));
    });
    it('a file for index.json that is none', async () => {
      await cp(join(parent, 'secret'), join(directory, 'index.json'));
      expect(await refusal()).toEqual(
        refused('invalidManifest', 'not valid JSON'),
      );
    });
    it('a missing blob', async () => {
      await rm(path(layer));
      expect(await refusal()).toEqual(refused('invalidLayout', 'is missing'));
    });
    it('a blob of another size', async () => {
      await truncate(path(layer), 1);
      expect(await refusal()).toEqual(refused('digestMismatch', 'has 1 bytes'));
    });
    it('a manifest with other bytes', async () => {
      const bytes = await readFile(path(root));
      bytes[bytes.length - 1] = 0x20;
      await writeFile(path(root), bytes);
      expect(await refusal()).toEqual(
        refused('digestMismatch', 'another digest'),
      );
    });
    it('a digest that is a path', async () => {
      const digest = `sha256:${'../'.repeat(21)}a` as never;
      await writer.finish([{ ...root, digest }]);
      expect(await refusal()).toEqual(
        refused('invalidManifest', 'manifests[0].digest'),
      );
    });
    it('one digest with two meanings', async () => {
      await writer.finish([root, { ...root, mediaType: mediaTypes.ociIndex }]);
      expect(await refusal()).toEqual(refused('invalidLayout', 'listed twice'));
    });
    it('layers the config does not know', async () => {
      const config = await writer.json(mediaTypes.ociConfig, {
        rootfs: { type: 'layers', diff_ids: [] },
      });
      await writer.finish([
        await writer.json(mediaTypes.ociManifest, {
          schemaVersion: 2,
          config,
          layers: [layer],
        }),
      ]);
      expect(await refusal()).toEqual(
        refused('invalidLayout', 'its config speaks of 0'),
      );
    });
  });

  describe('refuses media types:', () => {
    const withLayer = async (mediaType: string, extra: object = {}) => {
      const manifest = JSON.parse((await readFile(path(root))).toString());
      manifest.layers[0] = { ...manifest.layers[0], mediaType, ...extra };
      await writer.finish([
        await writer.json(mediaTypes.ociManifest, manifest),
      ]);
    };
    it.each([
      'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      'application/octet-stream',
      secret,
    ])('layer %s', async mediaType => {
      await withLayer(mediaType);
      expect(await refusal()).toEqual(refused('unsupported', 'layers[0]'));
    });
    it('unless they are asked for', async () => {
      await withLayer('application/vnd.example.layer');
      const layout = await readLayout(directory, {
        extraLayerMediaTypes: ['application/vnd.example.layer'],
      });
      expect(layout.roots).toHaveLength(1);
    });
    it('of manifests and configs', async () => {
      await writer.finish([{ ...root, mediaType: secret }]);
      expect(await refusal()).toEqual(refused('unsupported', 'neither'));
      const manifest = JSON.parse((await readFile(path(root))).toString());
      manifest.config.mediaType = secret;
      await writer.finish([
        await writer.json(mediaTypes.ociManifest, manifest),
      ]);
      expect(await refusal()).toEqual(refused('unsupported', 'config'));
    });
    it('and never looks for a layer at its urls', async () => {
      await withLayer(layer.mediaType, {
        urls: ['http://169.254.169.254/latest/meta-data'],
      });
      await readLayout(directory);
      await rm(path(layer));
      expect(await refusal()).toEqual(refused('invalidLayout', 'is missing'));
    });
  });

  describe('has caps:', () => {
    it.each<[Partial<LayoutLimits>, string]>([
      [{ maxJsonBytes: 10 }, 'index.json'],
      [{ maxTotalJsonBytes: 10 }, 'its manifests have more than 10'],
      [{ maxBlobBytes: 10 }, 'at most 10 are allowed'],
      [{ maxTotalBytes: 10 }, 'together'],
      [{ maxLayers: 1 }, '2 layers'],
      [{ maxManifests: 0 }, 'more than 0 manifests'],
    ])('%j', async (limits, reason) => {
      expect(await refusal(limits)).toEqual(refused('tooLarge', reason));
    });
    it('of depth', async () => {
      let index = root;
      for (let depth = 0; depth < 4; depth++)
        index = await writer.index([index]);
      await writer.finish([index]);
      expect(await refusal()).toEqual(
        refused('tooLarge', 'nested deeper than 3'),
      );
      await readLayout(directory, { limits: { maxDepth: 4 } });
    });
    it('that a huge sparse index.json meets without being read', async () => {
      await truncate(join(directory, 'index.json'), 1024 ** 4);
      expect(await refusal()).toEqual(refused('tooLarge', 'index.json'));
    });
    it('and it can be aborted', async () => {
      await expect(
        readLayout(directory, { signal: AbortSignal.abort() }),
      ).rejects.toMatchObject({ code: 'aborted' });
    });
  });
});
