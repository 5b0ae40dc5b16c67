import { randomBytes } from 'node:crypto';
import { composeIndex } from '../compose/composeIndex';
import { copyImage } from '../copy/copyImage';
import { sha256 } from '../digest/Digest';
import { readLayout } from '../layout/readLayout';
import { PushProgress } from '../push/PushOptions';
import { pushLayout } from '../push/pushLayout';
import { formatReference } from '../reference/formatReference';
import { Repository } from '../reference/Reference';
import { clusterRegistries } from '../testing/clusterRegistries';
import { embeddedRegistry, hasSkopeo } from '../testing/embeddedRegistry';
import { RegistryBench } from '../testing/RegistryBench';
import { tarWith } from '../testing/writeLayout';
import { verifyImage } from '../verify/verifyImage';

/*
 * Images in the registries of the test cluster, and our own, with skopeo as the witness.
 */
const cluster = clusterRegistries();
const embedded = embeddedRegistry();

// The first line of each of these files' reports when there is no cluster.
if (cluster.absent) {
  it(`is skipped: ${cluster.absent}`, () => {
    expect(process.env.BUILDOG_REQUIRE_CLUSTER).not.toBe('1');
  });
}

for (const registry of [
  ...(hasSkopeo() ? [embedded] : []),
  ...cluster.registries,
]) {
  describe(`the ${registry.name} registry`, () => {
    let bench: RegistryBench;
    beforeAll(async () => {
      bench = await RegistryBench.open(registry);
    });
    afterAll(() => bench.close());

    it.each(['gzip', 'zstd'] as const)(
      'takes a %s layout, and skopeo reads the same image',
      async compression => {
        const writer = await bench.layout();
        const root = await writer.image({
          layers: [
            tarWith('a.txt', randomBytes(300_000)),
            tarWith('b.txt', Buffer.from('b')),
          ],
          compression,
          labels: { 'org.example.run': 'contract' },
        });
        await writer.finish([root]);
        const to = bench.repository(compression);
        const layout = await readLayout(writer.directory);
        const pushed = await pushLayout(bench.client, layout, to);
        expect(pushed.digest).toBe(root.digest);

        const reference = { ...to, digest: pushed.digest };
        const raw = await bench.skopeo.inspectRaw(formatReference(reference));
        expect(sha256(raw)).toBe(pushed.digest);
        const config = JSON.parse(
          (
            await bench.skopeo.inspectConfig(formatReference(reference))
          ).toString(),
        );
        expect(config.config.Labels).toEqual({ 'org.example.run': 'contract' });

        const copied = await bench.layout();
        await bench.skopeo.pull(formatReference(reference), copied.directory);
        const readBack = await readLayout(copied.directory);
        expect([...readBack.blobs.keys()].sort()).toEqual(
          [...layout.blobs.keys()].sort(),
        );

        const verified = await verifyImage(bench.client, reference);
        expect(verified).toMatchObject({
          digest: pushed.digest,
          manifests: [
            {
              platform: { os: 'linux', architecture: 'amd64' },
              labels: { 'org.example.run': 'contract' },
              created: '2026-01-02T03:04:05Z',
              configDigest: pushed.manifests[0].configDigest,
              size: pushed.manifests[0].size,
            },
          ],
        });
      },
    );

    it('gives back what skopeo pushed', async () => {
      const writer = await bench.layout();
      const root = await writer.image({
        layers: [tarWith('from-skopeo', randomBytes(1000))],
      });
      await writer.finish([root]);
      const to = { ...bench.repository('skopeo'), tag: 'v1' };
      await bench.skopeo.push(writer.directory, formatReference(to));
      const { digest } = root;
      expect(await bench.client.headManifest(to)).toMatchObject({ digest });
      const verified = await verifyImage(bench.client, to);
      expect(verified.digest).toBe(digest);
      const [layer] = verified.manifests[0].layers;
      const bytes = await bench.client.getBlobBytes(to, layer);
      expect(sha256(bytes)).toBe(layer.digest);
    });

    it('uploads nothing twice and nothing it has', async () => {
      const writer = await bench.layout();
      const shared = tarWith('shared', randomBytes(2000));
      const manifests = [];
      for (const architecture of ['amd64', 'arm64']) {
        manifests.push(
          await writer.image({
            platform: { os: 'linux', architecture },
            layers: [shared, tarWith(architecture, randomBytes(100))],
          }),
        );
      }
      await writer.finish([await writer.index(manifests)]);
      const layout = await readLayout(writer.directory);
      const push = async (to: Repository, mountFrom: Repository[] = []) => {
        const events: PushProgress[] = [];
        const onProgress = (event: PushProgress) => events.push(event);
        const result = await pushLayout(bench.client, layout, to, {
          mountFrom,
          onProgress,
        });
        const states = events.flatMap(event =>
          event.type === 'blob' ? [event.state] : [],
        );
        return { result, states };
      };
      const first = await push(bench.repository('index'));
      // Two configs, two own layers, one shared.
      expect(first.states).toEqual(Array(5).fill('uploaded'));
      expect(first.result.manifests.map(each => each.platform)).toEqual([
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64' },
      ]);
      const again = await push(bench.repository('index'));
      expect(again.states).toEqual(Array(5).fill('existed'));
      const mounted = await push(bench.repository('mounted'), [
        bench.repository('index'),
      ]);
      expect(mounted.states).toEqual(Array(5).fill('mounted'));
      expect(mounted.result).toEqual(first.result);
    });

    it('composes an index and copies it with all it lists', async () => {
      const from = bench.repository('compose');
      const entries = [];
      for (const architecture of ['amd64', 'arm64']) {
        const one = await bench.layout();
        await one.finish([
          await one.image({
            platform: { os: 'linux', architecture },
            layers: [tarWith(architecture, randomBytes(500))],
          }),
        ]);
        const { manifests } = await pushLayout(
          bench.client,
          await readLayout(one.directory),
          from,
        );
        const { digest, mediaType, platform } = manifests[0];
        const found = await bench.client.headManifest({ ...from, digest });
        entries.push({ digest, mediaType, size: found?.size ?? 0, platform });
      }
      const index = composeIndex(entries);
      const tagged = { ...from, tag: 'multi' };
      await bench.client.putManifest(tagged, {
        mediaType: index.descriptor.mediaType,
        bytes: index.bytes,
      });
      const to = { ...bench.repository('copy'), tag: 'multi' };
      const copied = await copyImage(bench.client, tagged, to);
      expect(copied.digest).toBe(index.descriptor.digest);
      const raw = await bench.skopeo.inspectRaw(formatReference(to));
      expect(sha256(raw)).toBe(index.descriptor.digest);
      expect((await verifyImage(bench.client, to)).manifests).toHaveLength(2);
    });
  });
}
